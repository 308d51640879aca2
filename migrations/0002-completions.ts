// What webhooks bring. A response message becomes a row of `completions`, unique on Meta's message id, so that the same
// message sent again, by whichever instance it is received, stays one row. `message` is the whole message as JSON text
// with control characters and lone surrogates escaped: `jsonb` and `text` refuse the characters themselves, and a
// completion must never be refused. `tried_at` is when its flow was last looked for, `forward_queued_at` when the job
// that forwards it was made (once), `forwarded_at` when the receiver took it.
//
// `flow_events` are Meta's own alerts; `is_alarm` says whether one began or ended, and is null for what is neither.
// `occurred_at` is Meta's time, since deliveries come in any order. `quarantine` keeps, as the bytes they were, signed
// notifications that could not be read. `seen_tokens` and `sent_messages` lead from a completion without a readable
// token to its flow. `forgotten_messages` keeps hashes of the ids of deleted completions for as long as Meta may send
// them again.

import { type Kysely, sql } from "kysely";

export const oldestServer = "0.1.0";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("completions")
    .addColumn("id", "uuid", (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("user_id", "text")
    .addColumn("phone", "text")
    .addColumn("context_message_id", "text")
    .addColumn("flow_token", "text")
    .addColumn("message", "text", (column) => column.notNull())
    .addColumn("received_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("flow", "text")
    .addColumn("matched_by", "text")
    .addColumn("state", "text", (column) =>
      column
        .notNull()
        .defaultTo("received")
        .check(sql`state in ('received', 'done', 'failed', 'dead', 'unmatched')`),
    )
    .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("tried_at", "timestamptz")
    .addColumn("forward_queued_at", "timestamptz")
    .addColumn("forwarded_at", "timestamptz")
    .addUniqueConstraint("completions_message_key", ["account", "message_id"])
    .execute();
  await db.schema
    .createIndex("completions_received_at_idx")
    .on("completions")
    .columns(["account", "received_at", "id"])
    .execute();
  await db.schema
    .createIndex("completions_open_idx")
    .on("completions")
    .columns(["account", "state", "received_at"])
    .where(sql.ref("state"), "<>", "done")
    .execute();
  await db.schema
    .createIndex("completions_user_id_idx")
    .on("completions")
    .columns(["account", "user_id"])
    .execute();
  await db.schema
    .createIndex("completions_phone_idx")
    .on("completions")
    .columns(["account", "phone"])
    .execute();
  await db.schema
    .createTable("flow_events")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("event_key", "text", (column) => column.notNull())
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("flow_id", "text")
    .addColumn("is_alarm", "boolean")
    .addColumn("threshold", "double precision")
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("occurred_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn("received_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("flow_events_pkey", ["account", "event_key"])
    .execute();
  await db.schema
    .createTable("quarantine")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("body", "bytea", (column) => column.notNull())
    .addColumn("received_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("quarantine_pkey", ["account", "sha256"])
    .execute();
  await db.schema
    .createTable("seen_tokens")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("token_key", "text", (column) => column.notNull())
    .addColumn("flow", "text", (column) => column.notNull())
    .addColumn("seen_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("seen_tokens_pkey", ["account", "token_key"])
    .execute();
  await db.schema
    .createIndex("seen_tokens_seen_at_idx")
    .on("seen_tokens")
    .column("seen_at")
    .execute();
  await db.schema
    .createTable("sent_messages")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("flow", "text", (column) => column.notNull())
    .addColumn("token_key", "text", (column) => column.notNull())
    .addColumn("expires_at", "timestamptz", (column) => column.notNull())
    .addColumn("sent_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("sent_messages_pkey", ["account", "message_id"])
    .execute();
  await db.schema
    .createTable("forgotten_messages")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("message_key", "text", (column) => column.notNull())
    .addColumn("forgotten_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint("forgotten_messages_pkey", ["account", "message_key"])
    .execute();
}
