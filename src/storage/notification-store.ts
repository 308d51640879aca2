// Stores what webhooks bring: everything of one POST, and the jobs that will process it, in one transaction.

import { createHash } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { FlowEvent } from "../protocol/flow-event.ts";
import type { ResponseMessage, Unreadable } from "../protocol/notification.ts";
import type { KeptItem, NotificationStore, Stored } from "../webhooks/ports.ts";
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
        const completionIds = await insertCompletions(server, account, items);
        if (completionIds.length > 0) {
          await queue.send(
            trx,
            "completion",
            completionIds.map((completionId) => ({ completionId })),
          );
        }
        return {
          responseMessages: completionIds.length,
          flowEvents: await insertFlowEvents(server, account, items),
          quarantined: await insertQuarantine(server, account, items),
        } satisfies Stored;
      }),
  };
}

/** @returns ids of the new rows */
async function insertCompletions(
  server: ServerTransaction,
  account: string,
  items: readonly KeptItem[],
): Promise<readonly string[]> {
  const rows = items
    .filter((item): item is ResponseMessage => item.kind === "response-message")
    .map((message) => ({
      account,
      message_id: message.messageId,
      user_id: message.userId,
      phone: message.phone,
      context_message_id: message.contextMessageId,
      flow_token: message.flowToken,
      message: message.messageJson,
    }));
  const inserted = await inChunks(sortedBy(rows, "message_id"), (chunk) =>
    server
      .insertInto("completions")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["account", "message_id"]).doNothing())
      .returning("id")
      .execute(),
  );
  return inserted.map(({ id }) => id);
}

/** @returns the events that are new */
async function insertFlowEvents(
  server: ServerTransaction,
  account: string,
  items: readonly KeptItem[],
): Promise<readonly FlowEvent[]> {
  const events = items.filter((item): item is FlowEvent => item.kind === "flow-event");
  const rows = events.map((event) => ({
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
  const inserted = await inChunks(sortedBy(rows, "event_key"), (chunk) =>
    server
      .insertInto("flow_events")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["account", "event_key"]).doNothing())
      .returning("event_key")
      .execute(),
  );
  const byKey = new Map(events.map((event) => [event.eventKey, event]));
  return inserted.flatMap(({ event_key }) => byKey.get(event_key) ?? []);
}

/** @returns how many rows are new */
async function insertQuarantine(
  server: ServerTransaction,
  account: string,
  items: readonly KeptItem[],
): Promise<number> {
  const rows = items
    .filter((item): item is Unreadable => item.kind === "unreadable")
    .map(({ bytes, reason }) => ({
      account,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      reason,
      body: Buffer.from(bytes),
    }));
  const inserted = await inChunks(sortedBy(rows, "sha256"), (chunk) =>
    server
      .insertInto("quarantine")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["account", "sha256"]).doNothing())
      .returning("sha256")
      .execute(),
  );
  return inserted.length;
}

/** Two transactions that bring the same rows in one order wait for each other; in two orders they would deadlock. */
function sortedBy<Row>(rows: readonly Row[], key: keyof Row): readonly Row[] {
  return rows.toSorted((one, other) => {
    if (one[key] === other[key]) return 0;
    return one[key] < other[key] ? -1 : 1;
  });
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
