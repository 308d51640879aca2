// What becomes of a completion, in the database.

import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import type { CompletionUpkeep } from "../completions/housekeeping.ts";
import type { CompletionStore, Match, StoredCompletion } from "../completions/ports.ts";
import { deleteExpired } from "./retention.ts";
import type { Database } from "./database.ts";
import type { Queue } from "./queue.ts";
import { JOB_SCHEMA } from "./queue-schema.ts";
import { type CompletionsTable, SERVER_SCHEMA, type ServerTables } from "./schema.ts";
import { findSeenToken } from "./seen-tokens.ts";

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** As long after the last time as that was after the beginning. */
const IS_DUE = sql<boolean>`
  now() - tried_at > greatest(interval '10 minutes', tried_at - received_at)
`;

/** Unmatched completions that one housekeeping looks at again. */
const MAX_RETRIED = 1_000;

export function createCompletionStore(
  database: Database,
  queue: Pick<Queue, "send">,
  account: string,
): CompletionStore {
  const { server } = database;
  return {
    read: async (id) => {
      const row = await server
        .selectFrom("completions")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : toStored(row);
    },
    findSeenToken: (flowToken) => findSeenToken(server, account, flowToken),
    findSentMessage: async (messageId) => {
      const row = await server
        .selectFrom("sent_messages")
        .select("flow")
        .where("account", "=", account)
        .where("message_id", "=", messageId)
        .executeTakeFirst();
      return row?.flow ?? null;
    },
    queueForward: (id, match) =>
      database.root.transaction().execute(async (trx) => {
        const queued = await serverTables(trx)
          .updateTable("completions")
          .set({ ...matchColumns(match), forward_queued_at: sql`now()` })
          .where("id", "=", id)
          .where("forward_queued_at", "is", null)
          .returning("id")
          .executeTakeFirst();
        if (queued !== undefined) await queue.send(trx, "forward", [{ completionId: id }]);
      }),
    record: async (id, { state, match }) => {
      await server
        .updateTable("completions")
        .set({
          ...matchColumns(match),
          state,
          attempts: sql`attempts + 1`,
          tried_at: sql`now()`,
        })
        .where("id", "=", id)
        .where("state", "<>", "done")
        .execute();
    },
    recordForwarded: async (id) => {
      await server
        .updateTable("completions")
        .set({ forwarded_at: sql`now()` })
        .where("id", "=", id)
        .execute();
    },
  };
}

export function createCompletionUpkeep(
  database: Database,
  queue: Pick<Queue, "send">,
  account: string,
): CompletionUpkeep {
  return {
    retryUnmatched: (which) =>
      database.root.transaction().execute(async (trx) => {
        const due = await serverTables(trx)
          .selectFrom("completions")
          .select("id")
          .where("account", "=", account)
          .where("state", "=", "unmatched")
          .$if(which === "due", (query) => query.where(IS_DUE))
          .orderBy("received_at", "desc")
          .limit(MAX_RETRIED)
          .execute();
        const data = due.map(({ id }) => ({ completionId: id }));
        if (data.length > 0) await queue.send(trx, "completion", data);
        return data.length;
      }),
    recordDead: async () => {
      const { numUpdatedRows } = await database.server
        .updateTable("completions")
        .set({ state: "dead" })
        .where("account", "=", account)
        .where("state", "in", ["received", "failed"])
        .where(
          sql<boolean>`id in (
            select job.id from ${sql.table(`${JOB_SCHEMA}.job`)} as job
            where job.name = 'completion' and job.state = 'failed'
          )`,
        )
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    deleteExpired: (retentionDays) =>
      database.root
        .transaction()
        .execute((trx) => deleteExpired(serverTables(trx), account, retentionDays)),
  };
}

/**
 * Has completions processed as if they had just come: matched, forwarded and given to their handlers again. What `once`
 * has done is not done again.
 *
 * @param ids  of completions, or Meta's message ids
 * @returns ids of those there are
 */
export async function replayCompletions(
  database: Database,
  queue: Pick<Queue, "send" | "forget">,
  account: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  return database.root.transaction().execute(async (trx) => {
    const rows = await serverTables(trx)
      .updateTable("completions")
      .set({ state: "received", attempts: 0, forward_queued_at: null, forwarded_at: null })
      .where("account", "=", account)
      .where(
        sql<boolean>`(
          id = any(${ids.filter(isOwn)}::uuid[])
          or message_id = any(${ids.filter((id) => !isOwn(id))}::text[])
        )`,
      )
      .returning("id")
      .execute();
    const replayed = rows.map(({ id }) => id);
    if (replayed.length === 0) return [];
    await queue.forget(trx, replayed);
    await queue.send(
      trx,
      "completion",
      replayed.map((completionId) => ({ completionId })),
    );
    return replayed;
  });
}

function isOwn(id: string): boolean {
  return UUID.test(id);
}

/** Marks completions as dead that nobody will try again. */
export async function giveUpCompletions(
  server: Kysely<ServerTables>,
  account: string,
  ids: readonly string[],
): Promise<void> {
  await server
    .updateTable("completions")
    .set({ state: "dead" })
    .where("account", "=", account)
    .where("state", "in", ["received", "failed"])
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
}

/** Which of some completions there are. */
export async function findCompletionIds(
  server: Kysely<ServerTables>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await server
    .selectFrom("completions")
    .select("id")
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** The server's tables inside a transaction of its own. */
export function serverTables(trx: Transaction<unknown>): Transaction<ServerTables> {
  return trx.withSchema(SERVER_SCHEMA).$extendTables<ServerTables>();
}

export function toStored(row: Selectable<CompletionsTable>): StoredCompletion {
  return {
    id: row.id,
    messageId: row.message_id,
    user: row.user_id ?? row.phone,
    contextMessageId: row.context_message_id,
    flowToken: row.flow_token,
    message: row.message,
    receivedAt: row.received_at,
    match:
      row.flow === null || row.matched_by === null
        ? null
        : { flow: row.flow, matchedBy: row.matched_by },
    state: row.state,
    attempts: row.attempts,
    isForwardQueued: row.forward_queued_at !== null,
  };
}

function matchColumns(match: Match | null): Pick<CompletionsTable, "flow" | "matched_by"> {
  return { flow: match?.flow ?? null, matched_by: match?.matchedBy ?? null };
}
