// Brings a flow's answers to the handler's `completed` by the server's own ways: stored as the webhook stores them, then
// run as the queue runs them, with the same schemas and the same `call`. A test may bring the same ones again, as Meta and
// the queue may; what was erased stays erased.

import { randomUUID } from "node:crypto";
import { createFetchMedia } from "../completions/fetch-media.ts";
import type { CompletionStore } from "../completions/ports.ts";
import { createRunCompletion } from "../completions/run-completion.ts";
import type { JsonObject } from "../flow-json/json-value.ts";
import type { Effects } from "../flows/effects.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Log } from "../flows/services.ts";
import type { FlowTokens } from "../protocol/flow-token.ts";
import type { ResponseMessage } from "../protocol/notification.ts";
import { findCompletion } from "../storage/completion-list.ts";
import { createCompletionStore } from "../storage/completions.ts";
import type { Database } from "../storage/database.ts";
import { createNotificationStore } from "../storage/notification-store.ts";
import { HarnessError } from "./harness-error.ts";
import { createMemoryMediaStore } from "./memory-media-store.ts";
import { ACCOUNT, NO_LIMIT_MS } from "./test-endpoint.ts";
import type { UploadedFiles } from "./uploaded-files.ts";

export type CompletionSender = {
  /** Default: a user of no phone of this test. */
  readonly user?: string | null;
  /** Default: none. */
  readonly flowToken?: string | null;
};

export type SentAnswers = {
  /** The same for the same answers. */
  readonly messageId: string;
  readonly user: string | null;
  readonly flowToken: string | null;
  /** As WhatsApp sends them; text where they are not even JSON. */
  readonly response: JsonObject | string;
};

/** @throws what the handler throws, which has the queue try again */
export type DeliverCompletion = (sent: SentAnswers) => Promise<void>;

export function createDeliverCompletion({
  flow,
  tokens,
  effects,
  database,
  uploads,
  log,
}: {
  readonly flow: LoadedFlow;
  readonly tokens: FlowTokens;
  readonly effects: Effects;
  readonly database: Database;
  readonly uploads: UploadedFiles;
  readonly log: Log;
}): DeliverCompletion {
  // There is no queue: the test itself says when a job runs.
  const queue = { send: async () => {} };
  const notifications = createNotificationStore(database.root, queue, ACCOUNT);
  const run = createRunCompletion({
    flows: new Map([[flow.name, flow]]),
    tokens,
    store: ofFlow(flow, createCompletionStore(database, queue, ACCOUNT)),
    effects,
    fetchMedia: createFetchMedia({
      source: uploads.source,
      store: createMemoryMediaStore(),
      log,
    }),
    forwardUrlOf: () => null,
    retentionDays: 90,
    log,
    handlerLimitMs: NO_LIMIT_MS,
  });
  return async (sent) => {
    if (flow.behaviour.completed === null) {
      throw new HarnessError("NO_SUCH_MEMBER", `${flow.name} has no completed to deliver to`);
    }
    const { signal } = new AbortController();
    await notifications.store([toMessage(sent)], signal);
    const stored = await findCompletion(database.server, ACCOUNT, sent.messageId);
    if (stored !== null) await run(stored.id, { signal, isLast: false });
  };
}

/** Answers that no phone of the test gave. */
export function fromElsewhere(
  response: JsonObject | string,
  { user = "US.0", flowToken = null }: CompletionSender = {},
): SentAnswers {
  return { messageId: createMessageId(), user, flowToken, response };
}

export function createMessageId(): string {
  return `wamid.${randomUUID()}`;
}

function toMessage({ messageId, user, flowToken, response }: SentAnswers): ResponseMessage {
  const response_json = typeof response === "string" ? response : JSON.stringify(response);
  return {
    kind: "response-message",
    messageId,
    userId: user,
    phone: null,
    contextMessageId: null,
    flowToken,
    messageJson: JSON.stringify({
      id: messageId,
      type: "interactive",
      interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json } },
    }),
  };
}

/** Completions can be of no other flow, and are never done, so that they can be brought again. */
function ofFlow({ name }: LoadedFlow, store: CompletionStore): CompletionStore {
  return {
    ...store,
    async read(id) {
      const completion = await store.read(id);
      if (completion === null) return null;
      return { ...completion, state: "received", match: { flow: name, matchedBy: "token" } };
    },
  };
}
