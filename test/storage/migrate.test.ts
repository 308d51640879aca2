// Migrations: the server's own tables and each flow's, every schema under a ledger of its own.

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../src/storage/database.ts";
import {
  migrate,
  MigrationError,
  readMigrationStatus,
  SERVER_SOURCE,
} from "../../src/storage/migrate.ts";
import {
  assertServerFits,
  compareVersions,
  ServerTooOldError,
} from "../../src/storage/schema-requirement.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import {
  describeOnBoth,
  DRILL_SOURCE,
  openPostgres,
  type OpenedDatabase,
} from "./open-database.ts";

/** A migration that makes a table, by the query builder and by raw SQL. */
function makesTable(name: string): string {
  return `export async function up(db) {
    await db.schema.createTable("${name}").addColumn("id", "integer").execute();
  }`;
}

const FAILS = `export async function up(db) {
  await db.schema.createTable("half").addColumn("id", "integer").execute();
  throw new Error("no");
}`;

describeOnBoth("migrations", (open) => {
  let opened: OpenedDatabase;
  let database: Database;
  let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeAll(async () => {
    temporary = await makeTemporaryFolder();
    opened = await open();
    ({ database } = opened);
  });

  afterAll(async () => {
    await opened.stop();
    await temporary.remove();
  });

  /** A folder of migrations for a schema of that name. */
  async function source(schema: string, files: Readonly<Record<string, string>>) {
    const folder = path.join(temporary.path, schema);
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(files))
      await writeFile(path.join(folder, name), text);
    return { schema, folder };
  }

  async function tablesOf(schema: string): Promise<readonly string[]> {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = ${schema} and table_name not like 'kysely%' order by 1
    `.execute(database.root);
    return rows.map(({ name }) => name);
  }

  it("are all pending on an empty database, and reading that changes nothing", async () => {
    const [status] = await readMigrationStatus(database, [DRILL_SOURCE]);

    expect(status).toEqual({ schema: "drill", applied: [], pending: ["0001-effects"] });
    expect(await tablesOf("drill")).toEqual([]);
  });

  it("make the server's tables and the flows', each in its own schema", async () => {
    const applied = await migrate(database, [SERVER_SOURCE, DRILL_SOURCE]);

    expect(applied[0]).toBe("flowpoint_server/0001-once-results");
    expect(applied.at(-1)).toBe("drill/0001-effects");
    expect(await tablesOf("drill")).toEqual(["effects"]);
    expect(await tablesOf("flowpoint_server")).toContain("once_results");
    expect(await tablesOf("public")).toEqual([]);
  });

  it("are nothing to do the second time", async () => {
    expect(await migrate(database, [SERVER_SOURCE, DRILL_SOURCE])).toEqual([]);
    const [status] = await readMigrationStatus(database, [DRILL_SOURCE]);
    expect(status).toEqual({ schema: "drill", applied: ["0001-effects"], pending: [] });
  });

  it("are applied in the order of their numbers, and only files with a number are migrations", async () => {
    const ordered = await source("ordered", {
      "0002-second.ts":
        "export async function up(db) { await db.schema.alterTable('first').renameTo('second').execute(); }",
      "0001-first.ts": makesTable("first"),
      "README.md": "Not one.",
      "shapes.ts": "export const notOne = 1;",
    });

    expect(await migrate(database, [ordered])).toEqual([
      "ordered/0001-first",
      "ordered/0002-second",
    ]);
    expect(await tablesOf("ordered")).toEqual(["second"]);
  });

  it("of a newer version are left alone when an older one comes back", async () => {
    const newer = await source("rolled-back", {
      "0001-one.ts": makesTable("one"),
      "0002-two.ts": makesTable("two"),
    });
    await migrate(database, [newer]);
    await rm(path.join(newer.folder, "0002-two.ts"));

    expect(await migrate(database, [newer])).toEqual([]);
    expect(await tablesOf("rolled-back")).toEqual(["one", "two"]);
    expect(await readMigrationStatus(database, [newer])).toMatchObject([{ pending: [] }]);
  });

  it("with a number that is not written like one are refused, rather than left out", async () => {
    const misnamed = await source("misnamed", { "1_first.ts": makesTable("first") });

    await expect(migrate(database, [misnamed])).rejects.toThrow(
      /1_first\.ts is not named like a migration; rename it to something like 0001-/,
    );
  });

  it("without a number are refused too, while code that they share is left alone", async () => {
    const unnumbered = await source("unnumbered", {
      "0001-first.ts": makesTable("first"),
      "names.ts": "export const upper = 'FIRST';",
    });
    expect(await migrate(database, [unnumbered])).toEqual(["unnumbered/0001-first"]);

    const misnamed = await source("misnamed-too", { "tables.ts": makesTable("tables") });
    await expect(readMigrationStatus(database, [misnamed])).rejects.toThrow(
      /tables\.ts is not named like a migration; rename it to something like 0001-/,
    );
  });

  it("find the tables of their schema in raw SQL as well", async () => {
    const raw = await source("raw", {
      "0001-raw.ts": `
        import { sql } from ${JSON.stringify(import.meta.resolve("kysely"))};
        export async function up(db) {
          await sql\`create table notes (id integer)\`.execute(db);
          await sql\`insert into notes values (1)\`.execute(db);
        }`,
    });

    await migrate(database, [raw]);

    expect(await tablesOf("raw")).toEqual(["notes"]);
  });

  it("that fail take their whole batch back, and are told by schema and name", async () => {
    const failing = await source("failing", {
      "0001-good.ts": makesTable("good"),
      "0002-bad.ts": FAILS,
    });

    await expect(migrate(database, [failing])).rejects.toThrow(
      new MigrationError("migration of failing/0002-bad failed: no"),
    );
    expect(await tablesOf("failing")).toEqual([]);
    const [status] = await readMigrationStatus(database, [failing]);
    expect(status?.applied).toEqual([]);
  });

  it("do not get through without a function called up", async () => {
    const empty = await source("empty", { "0001-empty.ts": "export const down = 1;" });

    await expect(migrate(database, [empty])).rejects.toThrow(/exports no function named up/);
  });

  it("of the server must say which server can work with them", async () => {
    const silent = await source("silent", { "0001-silent.ts": makesTable("silent") });

    await expect(migrate(database, [{ ...SERVER_SOURCE, folder: silent.folder }])).rejects.toThrow(
      MigrationError,
    );
  });

  it("keep away servers that are too old for them", async () => {
    await assertServerFits(database, "0.1.0");
    await database.server
      .insertInto("migration_requirements")
      .values({ migration: "9999-from-the-future", oldest_server: "2.0.0" })
      .execute();

    await expect(assertServerFits(database, "1.99.9")).rejects.toThrow(ServerTooOldError);
    await expect(assertServerFits(database, "1.99.9")).rejects.toThrow(
      "migration 9999-from-the-future needs server 2.0.0 or later, this is 1.99.9; deploy the newer server",
    );
    await assertServerFits(database, "2.0.0");
  });
});

requirePart("postgres")("migrations by several instances at once", () => {
  it("are applied once", async () => {
    const { database, openAnother, stop } = await openPostgres();
    const others = await Promise.all([openAnother?.(), openAnother?.()]);
    const all = [database, ...others.filter((other) => other !== undefined)];

    const applied = await Promise.all(
      all.map((each) => migrate(each, [SERVER_SOURCE, DRILL_SOURCE])),
    );

    const names = applied.flat();
    expect(names).toContain("drill/0001-effects");
    expect(new Set(names).size).toBe(names.length);
    for (const other of others) await other?.stop();
    await stop();
  });
});

describe("versions", () => {
  it.each([
    ["0.1.0", "0.1.0", 0],
    ["0.1.0", "0.2.0", -1],
    ["0.10.0", "0.9.9", 1],
    ["1.0.0", "0.99.99", 1],
    ["1.2.3", "1.2.10", -1],
  ])("%s against %s", (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });
});
