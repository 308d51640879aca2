import { sql } from "kysely";
import { expect, it } from "vitest";
import { findDurabilityRisks } from "../../src/storage/durability.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createDatabase } from "../helpers/database.ts";
import { requirePart } from "../parts/require-part.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

requirePart("postgres")("the durability of a Postgres", () => {
  it("is at risk where the database answers commits before they are on disk", async () => {
    const url = await createDatabase();
    const name = new URL(url).pathname.slice(1);
    const before = await openDatabase({ kind: "postgres", url, poolMax: 1 }, silent);
    const safe = await findDurabilityRisks(before.root);
    await sql`alter database ${sql.id(name)} set synchronous_commit = off`.execute(before.root);
    await before.stop();

    const after = await openDatabase({ kind: "postgres", url, poolMax: 1 }, silent);

    expect(safe).not.toContain("synchronous_commit");
    expect(await findDurabilityRisks(after.root)).toContain("synchronous_commit");
    await after.stop();
  });
});
