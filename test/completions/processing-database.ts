// A database with all that processing needs, and completions as webhooks leave them there.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { CompletionStore } from "../../src/completions/ports.ts";
import type { RuntimeBehaviour } from "../../src/flows/behaviour.ts";
import type { HandlerOptions } from "../../src/flows/implement.ts";
import type { LoadedFlow } from "../../src/flows/loaded-flow.ts";
import { createFlowTokens, type FlowTokens } from "../../src/protocol/flow-token.ts";
import type { ResponseMessage } from "../../src/protocol/notification.ts";
import { createCompletionStore } from "../../src/storage/completions.ts";
import type { Database } from "../../src/storage/database.ts";
import { createNotificationStore } from "../../src/storage/notification-store.ts";
import { createQueue, type Queue } from "../../src/storage/queue.ts";
import { installQueues } from "../../src/storage/queue-schema.ts";
import { captureLog, type LogLine } from "../helpers/capture-log.ts";
import { migrateAll, type OpenedDatabase } from "../storage/open-database.ts";

export const ACCOUNT = "main";

export const tokens: FlowTokens = createFlowTokens(["flow-token-secret-of-the-tests-0123456789"]);

export type ReceivedCompletion = {
  readonly flowToken?: string | null;
  readonly userId?: string | null;
  readonly phone?: string | null;
  readonly contextMessageId?: string | null;
  readonly messageId?: string;
  /** What is in `response_json`; text as it is, anything else as JSON. */
  readonly response?: unknown;
};

export interface ProcessingDatabase {
  readonly database: Database;
  readonly queue: Queue;
  readonly store: CompletionStore;
  readonly lines: readonly LogLine[];
  /** Stores a completion as a webhook would. @returns its id */
  receive(completion?: ReceivedCompletion): Promise<string>;
  stop(): Promise<void>;
}

export async function openProcessing(
  open: () => Promise<OpenedDatabase>,
): Promise<ProcessingDatabase> {
  const opened = await open();
  const { database } = opened;
  await migrateAll(database);
  await installQueues(database.jobs);
  const { log, lines } = captureLog();
  const queue = createQueue(database, log, { upkeep: false });
  await queue.start();
  const notifications = createNotificationStore(database.root, queue, ACCOUNT);
  return {
    database,
    queue,
    lines,
    store: createCompletionStore(database, queue, ACCOUNT),
    receive: async (completion = {}) => {
      const message = createMessage(completion);
      await notifications.store([message], new AbortController().signal);
      const row = await database.server
        .selectFrom("completions")
        .select("id")
        .where("message_id", "=", message.messageId)
        .executeTakeFirstOrThrow();
      return row.id;
    },
    stop: async () => {
      await queue.stop(0);
      await opened.stop();
    },
  };
}

function createMessage({
  flowToken = null,
  userId = null,
  phone = "15550000001",
  contextMessageId = null,
  messageId = `wamid.${randomUUID()}`,
  response = {},
}: ReceivedCompletion): ResponseMessage {
  const response_json = typeof response === "string" ? response : JSON.stringify(response);
  return {
    kind: "response-message",
    messageId,
    userId,
    phone,
    contextMessageId,
    flowToken,
    messageJson: JSON.stringify({
      id: messageId,
      type: "interactive",
      interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json } },
    }),
  };
}

export function mintToken(flow: string, expiresAtSeconds = 4_102_444_800): string {
  return tokens.mint({
    flow,
    expiresAtSeconds,
    id: randomUUID(),
    contractHash: "0123456789ab",
    claims: {},
  });
}

type FlowParts = {
  readonly completion?: z.ZodType | null;
  readonly options?: HandlerOptions;
  readonly completed?: RuntimeBehaviour["completed"];
  readonly erase?: RuntimeBehaviour["erase"];
};

/** A flow without endpoint, of which only what concerns completions matters. */
export function createStaticFlow(
  name: string,
  { completion = null, options = {}, completed = null, erase = null }: FlowParts = {},
): LoadedFlow {
  const form = { data: z.object({}), input: null, refreshOnBack: false, terminal: true };
  const contract = {
    name,
    flowJsonSha256: "",
    contractHash: "0123456789ab",
    version: "7.3",
    dataApiVersion: null,
    entryScreens: ["FORM"],
    routes: { FORM: [] },
    screens: { FORM: form },
    completion,
  };
  const behaviour = {
    init: null,
    exchange: new Map(),
    back: new Map(),
    completed,
    erase,
    close: null,
  };
  return { name, contract, options, behaviour };
}

export function flowMap(...flows: readonly LoadedFlow[]): ReadonlyMap<string, LoadedFlow> {
  return new Map(flows.map((flow) => [flow.name, flow]));
}
