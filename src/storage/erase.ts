// Deletes what the database holds of a user. Completions name the user; everything else hangs on them, or on the tokens
// that they bore.

import { type Kysely, sql, type Transaction } from "kysely";
import type { EraseInFlow, EraseStore } from "../completions/erase.ts";
import { effectKeyOf } from "../completions/run-completion.ts";
import { tokenKeyOf } from "../endpoint/session.ts";
import { serverTables } from "./completions.ts";
import type { Database } from "./database.ts";
import { noteForgotten } from "./forgotten-messages.ts";
import type { Queue } from "./queue.ts";
import type { ServerTables } from "./schema.ts";
import { seenTokenKeyOf } from "./seen-tokens.ts";

type UserCompletion = {
  readonly id: string;
  readonly message_id: string;
  readonly flow: string | null;
  readonly flow_token: string | null;
  readonly context_message_id: string | null;
};

export function createEraseStore(
  database: Database,
  queue: Pick<Queue, "forget">,
  account: string,
): EraseStore {
  return {
    erase: (user, inFlows) =>
      database.root.transaction().execute((trx) =>
        // A handler that reached for another connection would wait for this transaction for ever.
        database.onceGuard.run(new AbortController().signal, async () => {
          const server = serverTables(trx);
          const names = await findNames(server, account, user);
          const completions = await deleteCompletions(server, account, names);
          await deleteTraces(server, account, completions);
          await noteForgotten(
            server,
            account,
            completions.map(({ message_id }) => message_id),
          );
          await queue.forget(
            trx,
            completions.map(({ id }) => id),
          );
          const quarantined = await deleteQuarantined(server, account, names);
          await eraseInFlows(trx, inFlows, names);
          return { completionIds: completions.map(({ id }) => id), quarantined };
        }),
      ),
  };
}

/** All names of a user: the one given, and what stands beside it in completions. */
async function findNames(
  server: Kysely<ServerTables>,
  account: string,
  user: string,
): Promise<readonly string[]> {
  const given = /^\+?[\d\s().-]+$/.test(user) ? user.replaceAll(/\D/g, "") : user;
  const rows = await server
    .selectFrom("completions")
    .select(["user_id", "phone"])
    .distinct()
    .where("account", "=", account)
    .where((where) => where.or([where("user_id", "=", given), where("phone", "=", given)]))
    .execute();
  const names = new Set([given, ...rows.flatMap(({ user_id, phone }) => [user_id, phone])]);
  names.delete(null);
  return [...names].filter((name) => name !== null);
}

async function deleteCompletions(
  server: Kysely<ServerTables>,
  account: string,
  names: readonly string[],
): Promise<readonly UserCompletion[]> {
  return server
    .deleteFrom("completions")
    .where("account", "=", account)
    .where((where) => where.or([where("user_id", "in", names), where("phone", "in", names)]))
    .returning(["id", "message_id", "flow", "flow_token", "context_message_id"])
    .execute();
}

/** What is kept by a completion, by its token or by the message that it answers. */
async function deleteTraces(
  server: Kysely<ServerTables>,
  account: string,
  completions: readonly UserCompletion[],
): Promise<void> {
  const effectKeys = completions.flatMap(({ id, flow, flow_token }) => [
    effectKeyOf(id),
    ...(flow === null || flow_token === null ? [] : [tokenKeyOf({ name: flow }, flow_token)]),
  ]);
  const seenKeys = completions.flatMap(({ flow_token }) =>
    flow_token === null ? [] : [seenTokenKeyOf(flow_token)],
  );
  const answered = completions.flatMap(({ context_message_id }) => context_message_id ?? []);
  await deleteWhereIn(server, account, "once_results", "scope_key", effectKeys);
  await deleteWhereIn(server, account, "seen_tokens", "token_key", seenKeys);
  await deleteWhereIn(server, account, "sent_messages", "token_key", seenKeys);
  await deleteWhereIn(server, account, "sent_messages", "message_id", answered);
}

async function deleteWhereIn(
  server: Kysely<ServerTables>,
  account: string,
  table: "once_results" | "seen_tokens" | "sent_messages",
  column: string,
  values: readonly string[],
): Promise<void> {
  await server
    .deleteFrom(table)
    .where("account", "=", account)
    .where(sql<boolean>`${sql.ref(column)} = any(${values})`)
    .execute();
}

/** Nobody could read them, so nobody knows whose they are: any that hold a name go. */
async function deleteQuarantined(
  server: Kysely<ServerTables>,
  account: string,
  names: readonly string[],
): Promise<number> {
  const { numDeletedRows } = await server
    .deleteFrom("quarantine")
    .where("account", "=", account)
    .where((where) =>
      where.or(
        names.map((name) => sql<boolean>`position(convert_to(${name}, 'UTF8') in body) > 0`),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function eraseInFlows(
  trx: Transaction<unknown>,
  inFlows: readonly EraseInFlow[],
  names: readonly string[],
): Promise<void> {
  for (const { flow, erase } of inFlows) {
    for (const name of names) await erase(name, trx.withSchema(flow));
  }
}
