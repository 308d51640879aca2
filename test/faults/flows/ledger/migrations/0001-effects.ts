// One row per effect. Nothing here keeps a second row of the same completion out: that is what is put to the test.

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("effects")
    .addColumn("completion", "uuid", (column) => column.notNull())
    .execute();
}
