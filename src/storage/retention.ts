// Deletes what is past its time, some rows of each table at a time: a statement that deletes millions would hold its locks
// and its snapshot for as long as it takes.

import { type Kysely, type RawBuilder, sql } from "kysely";
import type { ServerTables } from "./schema.ts";

const ROWS_PER_STATEMENT = 1_000;

/** Signed notifications that could not be read; people have looked at them by then. */
const QUARANTINE_DAYS = 30;

/** A token's completion comes within days; this is far beyond any message's life. */
const SEEN_TOKEN_DAYS = 30;

/** A flow can still be finished some time after its token has expired. */
const SENT_MESSAGE_OUTLIVES_TOKEN_DAYS = 30;

/** @returns how many rows are gone; 0 when there is nothing left to delete */
export async function deleteExpired(
  server: Kysely<ServerTables>,
  account: string,
  retentionDays: number,
): Promise<number> {
  const expired: readonly (readonly [keyof ServerTables, RawBuilder<boolean>])[] = [
    ["completions", olderThan("received_at", retentionDays)],
    ["quarantine", olderThan("received_at", QUARANTINE_DAYS)],
    ["seen_tokens", olderThan("seen_at", SEEN_TOKEN_DAYS)],
    ["sent_messages", olderThan("expires_at", SENT_MESSAGE_OUTLIVES_TOKEN_DAYS)],
    ["once_results", sql<boolean>`keep_until < now()`],
  ];
  let deleted = 0;
  for (const [table, isExpired] of expired) {
    // Rows are named by their place, which every table has, since they have no key in common.
    const result = await server
      .deleteFrom(table)
      .where(
        sql<boolean>`ctid in (${server
          .selectFrom(table)
          .select(sql`ctid`.as("place"))
          .where("account", "=", account)
          .where(isExpired)
          .limit(ROWS_PER_STATEMENT)
          .forUpdate()
          .skipLocked()})`,
      )
      .executeTakeFirst();
    deleted += Number(result.numDeletedRows);
  }
  return deleted;
}

function olderThan(column: string, days: number): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} < now() - ${days} * interval '1 day'`;
}
