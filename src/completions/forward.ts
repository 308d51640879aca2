// The job that forwards one completion to a system outside, signed as Standard Webhooks has it. The receiver may be told
// several times and in any order; the id is the same each time.

import { Webhook } from "standardwebhooks";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Clock } from "../flows/services.ts";
import { readAnswers } from "./answers.ts";
import type { CompletionStore, Process, StoredCompletion } from "./ports.ts";

export type ForwardDependencies = {
  readonly store: Pick<CompletionStore, "read" | "recordForwarded">;
  readonly flows: ReadonlyMap<string, LoadedFlow>;
  readonly forwardUrlOf: (flow: LoadedFlow | null) => string | null;
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly clock: Clock;
};

/** The receiver did not take it. */
export class ForwardError extends Error {
  override readonly name = "ForwardError";
  /** The status, for the log. */
  readonly code: string;
  constructor(status: number) {
    super(`the receiver answered ${status}; anything but 2xx is tried again`);
    this.code = `HTTP_${status}`;
  }
}

/** Standard Webhooks: 15 to 30 seconds. */
const LIMIT_MS = 15_000;

export function createForward(deps: ForwardDependencies): Process {
  const webhook = new Webhook(deps.secret);
  return async (id, { signal }) => {
    const completion = await deps.store.read(id);
    // Erased since.
    if (completion === null) return;
    const url = deps.forwardUrlOf(deps.flows.get(completion.match?.flow ?? "") ?? null);
    // Switched off since.
    if (url === null) return;
    const body = encodeForward(completion);
    const now = deps.clock.now();
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "flowpoint",
        "webhook-id": completion.id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": webhook.sign(completion.id, now, body),
      },
      body,
      // Where a redirect leads, the receiver's owner has not said that answers may go.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new ForwardError(response.status);
    await deps.store.recordForwarded(id);
  };
}

function encodeForward({ id, messageId, match, user, receivedAt, message }: StoredCompletion) {
  const { text, response } = readAnswers(message);
  return JSON.stringify({
    type: "flow.completed",
    timestamp: receivedAt.toISOString(),
    // Answers that are no object are passed on as the text that came.
    data: { id, messageId, flow: match?.flow ?? null, user, response: response ?? text },
  });
}
