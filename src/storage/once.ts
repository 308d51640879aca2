// `call.once` on the database. The row of a result is inserted before the work runs and in the same transaction, so a
// concurrent call with the same key waits for it on the unique index, and effect and memory commit or vanish together.

import { type Kysely, sql } from "kysely";
import { CompletionGoneError, type Effects, type EffectScope } from "../flows/effects.ts";
import type { HandlerTransaction } from "../flows/services.ts";
import { SERVER_SCHEMA, type ServerTables } from "./schema.ts";
import type { Database } from "./database.ts";

/** Rolls a transaction back whose work decided that nothing happened. */
class NothingHappened extends Error {
  override readonly name = "NothingHappened";
}

export function createEffects(database: Database, account: string): Effects {
  return {
    async once(flow, scope, name, signal, work) {
      try {
        return await database.root.transaction().execute((trx) =>
          database.onceGuard.run(signal, async () => {
            // A call that finds another at work waits for it, up to the deadline, not up to the pool's limit.
            await sql`set local lock_timeout = '9s'`.execute(trx);
            const server = trx.withSchema(SERVER_SCHEMA).$extendTables<ServerTables>();
            if (scope !== null) await holdCompletion(server, scope);
            if (scope !== null && !(await reserve(server, account, scope, name))) {
              return readResult(server, account, scope, name);
            }
            const result = await runWork(trx.withSchema(flow), signal, work);
            if (scope !== null) await storeResult(server, account, scope, name, result);
            signal.throwIfAborted();
            return JSON.parse(result) as unknown;
          }),
        );
      } catch (error) {
        if (error instanceof NothingHappened) return null;
        throw error;
      }
    },

    stored: (scope, name) => readResult(database.server, account, scope, name),
  };
}

/** Whoever wants to delete the completion waits from now on until the effect is committed, and deletes it too. */
async function holdCompletion(server: Kysely<ServerTables>, scope: EffectScope): Promise<void> {
  if (scope.completionId === null) return;
  const held = await server
    .selectFrom("completions")
    .select("id")
    .where("id", "=", scope.completionId)
    .forKeyShare()
    .executeTakeFirst();
  if (held === undefined) throw new CompletionGoneError("the completion was deleted");
}

/** @returns JSON text of a result other than null */
async function runWork(
  trx: HandlerTransaction,
  signal: AbortSignal,
  work: (trx: HandlerTransaction) => unknown,
): Promise<string> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const working = (async () => work(trx))();
  try {
    const value = await Promise.race([working, aborted.promise]);
    if (value === null || value === undefined) throw new NothingHappened();
    const json: unknown = JSON.stringify(value);
    if (typeof json !== "string") throw new TypeError("a result of once must be JSON");
    return json;
  } finally {
    signal.removeEventListener("abort", onAbort);
    // After an abort the work may go on, and fails at its next statement: that is the intent.
    working.catch(() => {});
  }
}

async function reserve(
  server: Kysely<ServerTables>,
  account: string,
  scope: EffectScope,
  name: string,
): Promise<boolean> {
  const inserted = await server
    .insertInto("once_results")
    .values({
      account,
      flow: scope.flow,
      scope_key: scope.key,
      name,
      result: "null",
      keep_until: scope.keepUntil,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("name")
    .executeTakeFirst();
  return inserted !== undefined;
}

async function storeResult(
  server: Kysely<ServerTables>,
  account: string,
  scope: EffectScope,
  name: string,
  result: string,
): Promise<void> {
  await server
    .updateTable("once_results")
    .set({ result })
    .where("account", "=", account)
    .where("flow", "=", scope.flow)
    .where("scope_key", "=", scope.key)
    .where("name", "=", name)
    .execute();
}

async function readResult(
  server: Kysely<ServerTables>,
  account: string,
  scope: EffectScope,
  name: string,
): Promise<unknown> {
  const row = await server
    .selectFrom("once_results")
    .select("result")
    .where("account", "=", account)
    .where("flow", "=", scope.flow)
    .where("scope_key", "=", scope.key)
    .where("name", "=", name)
    .executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.result) as unknown);
}
