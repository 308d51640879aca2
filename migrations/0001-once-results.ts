// The memory of `call.once`: one row per flow token (or completion), flow and name, written in the transaction whose
// effects it stands for. The token itself is never stored, only its hash. `result` is JSON kept as text, because
// `jsonb` refuses `\u0000` and lone surrogates, which users can type.
//
// `migration_requirements` says for every migration which server is the oldest that can work with its schema, so that
// old and new servers run side by side and only a server that is truly too old refuses.

import { type Kysely, sql } from "kysely";

export const oldestServer = "0.1.0";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("migration_requirements")
    .addColumn("migration", "text", (column) => column.primaryKey())
    .addColumn("oldest_server", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("once_results")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("flow", "text", (column) => column.notNull())
    .addColumn("scope_key", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("result", "text", (column) => column.notNull())
    .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("keep_until", "timestamptz", (column) => column.notNull())
    .addPrimaryKeyConstraint("once_results_pkey", ["account", "flow", "scope_key", "name"])
    .execute();
  await db.schema
    .createIndex("once_results_keep_until_idx")
    .on("once_results")
    .column("keep_until")
    .execute();
}
