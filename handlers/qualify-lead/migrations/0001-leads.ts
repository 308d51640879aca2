// Leads for the CRM, and answers that a person has to read because they fit no longer, or not yet, what flow.json asks.

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("leads")
    // The same however often the answers are delivered.
    .addColumn("completion_id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text")
    .addColumn("received_at", "timestamptz", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("company", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    // Ids of flow.json's options, which may change while old answers stay.
    .addColumn("budget", "text", (column) => column.notNull())
    .addColumn("timeline", "text", (column) => column.notNull())
    .addColumn("needs", sql`text[]`, (column) => column.notNull())
    .addColumn("requirements", "text", (column) => column.notNull())
    .addColumn("score", "int2", (column) => column.notNull().check(sql`score between 0 and 100`))
    .addColumn("grade", "text", (column) =>
      column.notNull().check(sql`grade in ('hot', 'warm', 'cold')`),
    )
    .execute();
  // Sales: the best of a day first. Erasing: all of a user.
  await db.schema
    .createIndex("leads_received_at_idx")
    .on("leads")
    .columns(["received_at", "score"])
    .execute();
  await db.schema.createIndex("leads_user_id_idx").on("leads").column("user_id").execute();

  await db.schema
    .createTable("unreadable_leads")
    .addColumn("completion_id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text")
    .addColumn("received_at", "timestamptz", (column) => column.notNull())
    .addColumn("answers", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("unreadable_leads_user_id_idx")
    .on("unreadable_leads")
    .column("user_id")
    .execute();
}
