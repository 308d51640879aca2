// The end of a flow: its answers reach the chat, the chat's message reaches the webhook, and the
// server is asked what came of it until there is nothing more to come.

import type { PlayerApi } from "./player-api.ts";
import { nowMs } from "./browser-clock.ts";
import type { ChatMessage, CompletionProgress } from "./player-state.ts";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** About five minutes of looking; a job may be retried for days. */
const MOST_LOOKS = 65;

/** Yields every new state of it. */
export async function* deliverCompletion(
  api: PlayerApi,
  message: ChatMessage,
  responseJson: string,
): AsyncGenerator<CompletionProgress> {
  let progress: CompletionProgress = {
    messageId: `wamid.${crypto.randomUUID()}`,
    responseJson,
    completedMs: nowMs(),
    delivery: { kind: "under-way" },
    found: null,
  };
  yield progress;
  progress = { ...progress, delivery: await deliver(api, message, progress) };
  yield progress;
  if (progress.delivery.kind === "lost") return;

  let waitMs = FIRST_WAIT_MS;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const found = await look(api, progress.messageId);
    if (found !== null) {
      progress = { ...progress, found };
      yield progress;
      const { state, forwarded } = found;
      if (state === "dead" || (state !== "received" && state !== "failed" && forwarded !== false)) {
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS);
  }
}

async function deliver(
  api: PlayerApi,
  { messageId: contextMessageId, from }: ChatMessage,
  { messageId, responseJson }: CompletionProgress,
): Promise<CompletionProgress["delivery"]> {
  try {
    const delivered = await api.deliver({ messageId, contextMessageId, from, responseJson });
    return { kind: "delivered", ...delivered };
  } catch {
    // Server away, or refusing: shown as not delivered, which is all that can be said.
    return { kind: "lost" };
  }
}

async function look(api: PlayerApi, messageId: string): Promise<CompletionProgress["found"]> {
  try {
    return await api.completion(messageId);
  } catch {
    // A restart in between; the next look will do.
    return null;
  }
}
