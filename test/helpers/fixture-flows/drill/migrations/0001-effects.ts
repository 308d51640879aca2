// One row per effect, so that effects can be counted.

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("effects")
    .addColumn("id", "serial", (column) => column.primaryKey())
    .addColumn("note", "text", (column) => column.notNull())
    .execute();
}
