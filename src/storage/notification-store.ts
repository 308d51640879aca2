// Stores what webhooks bring: everything of one POST, and the jobs that will process it, in one transaction.

import { createHash } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { FlowEvent } from "../protocol/flow-event.ts";
import type { ResponseMessage, Unreadable } from "../protocol/notification.ts";
import type { KeptItem, NotificationStore } from "../webhooks/ports.ts";
import { dropForgotten } from "./forgotten-messages.ts";
import type { Queue } from "./queue.ts";
import { SERVER_SCHEMA, type ServerTables } from "./schema.ts";

/** Rows of one statement: Postgres takes 65,535 parameters. */
const ROWS_PER_INSERT = 1_000;

type ServerTransaction = Transaction<ServerTables>;

export function createNotificationStore(
  db: Kysely<unknown>,
  queue: Pick<Queue, "send">,
  account: string,
): NotificationStore {
  return {
    store: (items, signal) =>
      db.transaction().execute(async (trx) => {
        signal.throwIfAborted();
        const server = trx.withSchema(SERVER_SCHEMA).$extendTables<ServerTables>();
        const messages = items.filter((item) => item.kind === "response-message");
        const events = items.filter((item) => item.kind === "flow-event");
        const unreadable = items.filter((item) => item.kind === "unreadable");

        const completions = await insertCompletions(server, account, messages);
        if (completions.ids.length > 0) await queue.send(trx, "completion", completions.ids);
        return new Set<KeptItem>([
          ...completions.fresh,
          ...(await insertFlowEvents(server, account, events)),
          ...(await insertQuarantine(server, account, unreadable)),
        ]);
      }),
  };
}

type InsertedCompletions = {
  readonly fresh: readonly ResponseMessage[];
  readonly ids: readonly { readonly completionId: string }[];
};

async function insertCompletions(
  server: ServerTransaction,
  account: string,
  messages: readonly ResponseMessage[],
): Promise<InsertedCompletions> {
  const byId = firstByKey(messages, ({ messageId }) => messageId);
  const rows = [...byId.values()].map((message) => ({
    account,
    message_id: message.messageId,
    user_id: message.userId,
    phone: message.phone,
    context_message_id: message.contextMessageId,
    flow_token: message.flowToken,
    message: message.messageJson,
  }));
  const inserted = await inChunks(rows, (chunk) =>
    server
      .insertInto("completions")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["account", "message_id"]).doNothing())
      .returning(["id", "message_id"])
      .execute(),
  );
  const dropped = await dropForgotten(
    server,
    inserted.map(({ id }) => id),
  );
  const kept = inserted.filter(({ id }) => !dropped.has(id));
  return {
    fresh: kept.flatMap(({ message_id }) => byId.get(message_id) ?? []),
    ids: kept.map(({ id }) => ({ completionId: id })),
  };
}

async function insertFlowEvents(
  server: ServerTransaction,
  account: string,
  events: readonly FlowEvent[],
): Promise<readonly FlowEvent[]> {
  const byKey = firstByKey(events, ({ eventKey }) => eventKey);
  const rows = [...byKey.values()].map((event) => ({
    account,
    event_key: event.eventKey,
    event: event.event,
    flow_id: event.flowId,
    is_alarm: event.isAlarm,
    threshold: event.threshold,
    ...(event.occurredAtSeconds === null
      ? {}
      : { occurred_at: new Date(event.occurredAtSeconds * 1000) }),
    body: event.eventJson,
  }));
  const inserted = await inChunks(rows, (chunk) =>
    server
      .insertInto("flow_events")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["account", "event_key"]).doNothing())
      .returning("event_key")
      .execute(),
  );
  return inserted.flatMap(({ event_key }) => byKey.get(event_key) ?? []);
}

async function insertQuarantine(
  server: ServerTransaction,
  account: string,
  unreadable: readonly Unreadable[],
): Promise<readonly Unreadable[]> {
  const byHash = firstByKey(unreadable, ({ bytes }) =>
    createHash("sha256").update(bytes).digest("hex"),
  );
  const rows = [...byHash].map(([sha256, { reason, bytes }]) => ({
    account,
    sha256,
    reason,
    body: Buffer.from(bytes),
  }));
  const inserted = await inChunks(rows, (chunk) =>
    server
      .insertInto("quarantine")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["account", "sha256"]).doNothing())
      .returning("sha256")
      .execute(),
  );
  return inserted.flatMap(({ sha256 }) => byHash.get(sha256) ?? []);
}

/**
 * The first item of each key, in the order of the keys: two transactions that bring the same rows in one order wait for
 * each other, in two orders they would deadlock.
 */
function firstByKey<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  const first = new Map<string, Item>();
  for (const item of items) {
    const key = keyOf(item);
    if (!first.has(key)) first.set(key, item);
  }
  return new Map([...first].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

async function inChunks<Row, Result>(
  rows: readonly Row[],
  insert: (chunk: readonly Row[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    results.push(...(await insert(rows.slice(at, at + ROWS_PER_INSERT))));
  }
  return results;
}
