// Every answer, and the counts of every month with the score that Postgres keeps from them.

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("answers")
    // The same however often the answers are delivered.
    .addColumn("completion_id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text")
    .addColumn("answered_at", "timestamptz", (column) => column.notNull())
    .addColumn("rating", "int2", (column) => column.notNull().check(sql`rating between 0 and 10`))
    // Ids of flow.json's options, which may change while old answers stay.
    .addColumn("reasons", sql`text[]`, (column) => column.notNull())
    .addColumn("comment", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("answers_answered_at_idx")
    .on("answers")
    .column("answered_at")
    .execute();
  await db.schema.createIndex("answers_user_id_idx").on("answers").column("user_id").execute();

  await db.schema
    .createTable("months")
    .addColumn("month", "date", (column) =>
      column.primaryKey().check(sql`extract(day from month) = 1`),
    )
    .addColumn("promoters", "int4", (column) => column.notNull())
    .addColumn("passives", "int4", (column) => column.notNull())
    .addColumn("detractors", "int4", (column) => column.notNull())
    // A month has a row once it has an answer, so there is no division by nothing.
    .addColumn("score", "int4", (column) =>
      column
        .generatedAlwaysAs(
          sql`round(100.0 * (promoters - detractors) / (promoters + passives + detractors))::int4`,
        )
        .stored()
        .notNull(),
    )
    .execute();
}
