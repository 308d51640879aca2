// Deletes what is past its time, some rows of each table at a time: a statement that deletes millions would hold its locks
// and its snapshot for as long as it takes.

import { type Kysely, type RawBuilder, sql } from "kysely";
import { FORGOTTEN_MESSAGE_DAYS, noteForgotten } from "./forgotten-messages.ts";
import type { ServerTables } from "./schema.ts";

const ROWS_PER_STATEMENT = 1_000;

/** Signed notifications that could not be read; people have looked at them by then. */
const QUARANTINE_DAYS = 30;

/** A token's completion comes within days; this is far beyond any message's life. */
const SEEN_TOKEN_DAYS = 30;

/** A flow can still be finished some time after its token has expired. */
const SENT_MESSAGE_OUTLIVES_TOKEN_DAYS = 30;

/** Meta's alerts; what happened a year ago is still of use to somebody. */
const FLOW_EVENT_DAYS = 400;

type ExpiringTable = Exclude<keyof ServerTables, "completions" | "migration_requirements">;

const EXPIRING: readonly (readonly [ExpiringTable, RawBuilder<boolean>])[] = [
  ["quarantine", olderThan("received_at", QUARANTINE_DAYS)],
  ["seen_tokens", olderThan("seen_at", SEEN_TOKEN_DAYS)],
  ["sent_messages", olderThan("expires_at", SENT_MESSAGE_OUTLIVES_TOKEN_DAYS)],
  ["forgotten_messages", olderThan("forgotten_at", FORGOTTEN_MESSAGE_DAYS)],
  ["flow_events", olderThan("occurred_at", FLOW_EVENT_DAYS)],
  ["once_results", sql<boolean>`keep_until < now()`],
];

/**
 * @param server  of one transaction
 * @returns how many rows are gone; 0 when there is nothing left to delete
 */
export async function deleteExpired(
  server: Kysely<ServerTables>,
  account: string,
  retentionDays: number,
): Promise<number> {
  let deleted = await deleteCompletions(server, account, retentionDays);
  for (const [table, isExpired] of EXPIRING) {
    const result = await server
      .deleteFrom(table)
      .where(among(server, table, account, isExpired))
      .executeTakeFirst();
    deleted += Number(result.numDeletedRows);
  }
  return deleted;
}

async function deleteCompletions(
  server: Kysely<ServerTables>,
  account: string,
  retentionDays: number,
): Promise<number> {
  const deleted = await server
    .deleteFrom("completions")
    .where(among(server, "completions", account, olderThan("received_at", retentionDays)))
    .returning("message_id")
    .execute();
  if (retentionDays < FORGOTTEN_MESSAGE_DAYS) {
    await noteForgotten(
      server,
      account,
      deleted.map(({ message_id }) => message_id),
    );
  }
  return deleted.length;
}

/** Some rows, named by their place, which every table has, since they have no key in common. */
function among(
  server: Kysely<ServerTables>,
  table: ExpiringTable | "completions",
  account: string,
  isExpired: RawBuilder<boolean>,
): RawBuilder<boolean> {
  return sql<boolean>`ctid in (${server
    .selectFrom(table)
    .select(sql`ctid`.as("place"))
    .where("account", "=", account)
    .where(isExpired)
    .limit(ROWS_PER_STATEMENT)
    .forUpdate()
    .skipLocked()})`;
}

function olderThan(column: string, days: number): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} < now() - ${days} * interval '1 day'`;
}
