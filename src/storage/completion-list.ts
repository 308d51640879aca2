// Completions for people: filtered, newest first, a page at a time.

import { type Kysely, type Selectable, sql } from "kysely";
import type { CompletionState, StoredCompletion } from "../completions/ports.ts";
import { toStored, UUID } from "./completions.ts";
import type { CompletionsTable, ServerTables } from "./schema.ts";

export type CompletionFilter = {
  readonly flow?: string | undefined;
  readonly state?: CompletionState | undefined;
  /** From then on. */
  readonly since?: Date | undefined;
  /** Before then. */
  readonly until?: Date | undefined;
};

export type ListedCompletion = StoredCompletion & {
  readonly forwardedAt: Date | null;
};

export type CompletionPage = {
  readonly completions: readonly ListedCompletion[];
  /** Where the next page begins; `null` after the last. */
  readonly next: string | null;
};

/**
 * @param after  what the page before gave as `next`; rows that come in meanwhile are newer, so pages neither overlap
 *               nor leave any out
 */
export async function listCompletions(
  server: Kysely<ServerTables>,
  account: string,
  filter: CompletionFilter,
  page: { readonly limit: number; readonly after: string | null },
): Promise<CompletionPage> {
  const rows = await filtered(server, account, filter)
    .selectAll()
    // With all its microseconds, which a JavaScript date has not.
    .select(sql<string>`received_at::text || ' ' || id::text`.as("place"))
    .$if(page.after !== null, (query) => {
      const [, receivedAt, id] = PLACE.exec(page.after ?? "") ?? [];
      return query.where(
        sql<boolean>`(received_at, id) < (${receivedAt}::timestamptz, ${id}::uuid)`,
      );
    })
    .orderBy("received_at", "desc")
    .orderBy("id", "desc")
    .limit(page.limit)
    .execute();
  return {
    completions: rows.map(toListed),
    next: rows.length < page.limit ? null : (rows.at(-1)?.place ?? null),
  };
}

/** By its own id or by Meta's message id. */
export async function findCompletion(
  server: Kysely<ServerTables>,
  account: string,
  id: string,
): Promise<ListedCompletion | null> {
  const row = await server
    .selectFrom("completions")
    .selectAll()
    .where("account", "=", account)
    .where(UUID.test(id) ? "id" : "message_id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toListed(row);
}

/** Ids of the completions that a filter takes, oldest first. */
export async function findFilteredIds(
  server: Kysely<ServerTables>,
  account: string,
  filter: CompletionFilter,
  limit: number,
): Promise<readonly string[]> {
  const rows = await filtered(server, account, filter)
    .select("id")
    .orderBy("received_at")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

const PLACE = /^(.+) (\S+)$/;

function filtered(server: Kysely<ServerTables>, account: string, filter: CompletionFilter) {
  const { flow, state, since, until } = filter;
  return server
    .selectFrom("completions")
    .where("account", "=", account)
    .$if(flow !== undefined, (query) => query.where("flow", "=", flow ?? ""))
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? "received"))
    .$if(since !== undefined, (query) => query.where("received_at", ">=", since ?? new Date(0)))
    .$if(until !== undefined, (query) => query.where("received_at", "<", until ?? new Date(0)));
}

function toListed(row: Selectable<CompletionsTable>): ListedCompletion {
  return { ...toStored(row), forwardedAt: row.forwarded_at };
}
