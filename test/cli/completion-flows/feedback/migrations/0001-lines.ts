// One row per completion.

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("lines")
    .addColumn("line", "text", (column) => column.notNull())
    .execute();
}
