// Which flow a completion is of. Nothing in it says so: Meta sends the answers and, if the client did not lose it, the
// flow token. Five ways lead back, tried from the surest to the least sure.

import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { FlowTokens } from "../protocol/flow-token.ts";
import type { Answers } from "./answers.ts";
import { isLikely } from "./completion-schema.ts";
import type { CompletionStore, Match, StoredCompletion } from "./ports.ts";

export type CorrelateDependencies = {
  readonly flows: ReadonlyMap<string, LoadedFlow>;
  readonly tokens: Pick<FlowTokens, "verify">;
  readonly store: Pick<CompletionStore, "findSeenToken" | "findSentMessage">;
};

/**
 * Finds the flow of a completion.
 *
 * @returns `null` when it is of no flow that is loaded, or could be of several
 * @throws what a handler's `tokens` function throws, when no other knew the token
 */
export async function correlate(
  { flows, tokens, store }: CorrelateDependencies,
  completion: Pick<StoredCompletion, "flowToken" | "contextMessageId">,
  { response }: Answers,
): Promise<Match | null> {
  const { flowToken, contextMessageId } = completion;
  const loaded = (flow: string | null, matchedBy: Match["matchedBy"]): Match | null =>
    flow !== null && flows.has(flow) ? { flow, matchedBy } : null;

  if (flowToken !== null) {
    const minted = tokens.verify(flowToken);
    // It names its flow, expired or not; where that is not loaded, no other is meant.
    if (minted !== null) return loaded(minted.flow, "token");
    const accepting = await findAccepting(flows, flowToken);
    if (accepting !== null) return loaded(accepting, "tokens-function");
    const seen = loaded(await store.findSeenToken(flowToken), "seen-token");
    if (seen !== null) return seen;
  }
  if (contextMessageId !== null) {
    const sent = loaded(await store.findSentMessage(contextMessageId), "sent-message");
    if (sent !== null) return sent;
  }
  if (response === null) return null;
  const likely = [...flows.values()].filter((flow) => isLikely(flow, response));
  return likely.length === 1 ? loaded(likely[0]?.name ?? null, "schema") : null;
}

/** The one flow whose `tokens` function knows the token. */
async function findAccepting(
  flows: ReadonlyMap<string, LoadedFlow>,
  flowToken: string,
): Promise<string | null> {
  const asked = [...flows.values()].flatMap(({ name, options }) =>
    typeof options.tokens === "function" ? [{ name, accepts: options.tokens }] : [],
  );
  const answers = await Promise.allSettled(
    asked.map(async ({ name, accepts }) => ((await accepts(flowToken)) === null ? null : name)),
  );
  const accepting = answers.flatMap((answer) =>
    answer.status === "fulfilled" && answer.value !== null ? [answer.value] : [],
  );
  if (accepting.length > 0) return accepting.length === 1 ? (accepting[0] ?? null) : null;
  const failed = answers.find((answer) => answer.status === "rejected");
  // Perhaps it would have known the token: better to ask again than to guess.
  if (failed !== undefined) throw failed.reason;
  return null;
}
