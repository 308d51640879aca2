// What the garage has, and what it was told.

import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("parts")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("stock", "int4", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("reports")
    .addColumn("id", "int4", (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn("name", "text", (column) => column.notNull())
    .execute();
  await db.schema.createTable("attempts").addColumn("user_name", "text").execute();
  await db.schema
    .createTable("thanks")
    .addColumn("user_name", "text")
    .addColumn("answers", "text", (column) => column.notNull())
    .execute();
}
