// The databases that storage tests run on, each with the server's tables and those of the drill flow.

import { randomUUID } from "node:crypto";
import { describe } from "vitest";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { migrate, SERVER_SOURCE } from "../../src/storage/migrate.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { createDatabase } from "../helpers/database.ts";
import { FIXTURE_FLOWS, makeTemporaryFolder } from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";

export type OpenedDatabase = {
  readonly database: Database;
  /** Another pool on the same database; the embedded one has only one. */
  readonly openAnother: (() => Promise<Database>) | null;
  readonly stop: () => Promise<void>;
};

export const DRILL_SOURCE = { schema: "drill", folder: `${FIXTURE_FLOWS}/drill/migrations` };

/** Defines the same tests on the embedded database and on Postgres. */
export function describeOnBoth(
  title: string,
  define: (open: () => Promise<OpenedDatabase>) => void,
): void {
  describe(`${title}, on the embedded database`, () => {
    define(openEmbedded);
  });
  requirePart("postgres")(`${title}, on Postgres`, () => {
    define(openPostgres);
  });
}

export async function openEmbedded(): Promise<OpenedDatabase> {
  const folder = await makeTemporaryFolder();
  const database = await openDatabase({ kind: "embedded", dataDir: folder.path }, captureLog().log);
  return {
    database,
    openAnother: null,
    stop: async () => {
      await database.stop();
      await folder.remove();
    },
  };
}

export async function openPostgres(): Promise<OpenedDatabase> {
  const url = await createDatabase();
  const open = (): Promise<Database> =>
    openDatabase({ kind: "postgres", url, poolMax: 5 }, captureLog().log);
  const database = await open();
  return { database, openAnother: open, stop: () => database.stop() };
}

/** Makes the server's tables and the drill flow's. */
export async function migrateAll(database: Database): Promise<void> {
  await migrate(database, [SERVER_SOURCE, DRILL_SOURCE]);
}

/** A scope that no other test uses. */
export function newScope(flow = "drill"): {
  readonly flow: string;
  readonly key: string;
  readonly keepUntil: Date;
  readonly completionId: string | null;
} {
  return {
    flow,
    key: randomUUID(),
    keepUntil: new Date("2030-01-02T03:04:05.678Z"),
    completionId: null,
  };
}
