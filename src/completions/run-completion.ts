// The job of one completion: find its flow, see to it that it is forwarded, fetch its files, and let the flow's
// `completed` run. It may run several times, on several instances, and after any crash; effects inside `call.once` happen
// once nevertheless.

import type { CompletionCall, CompletionFile } from "../flows/call.ts";
import { CompletionGoneError, type Effects } from "../flows/effects.ts";
import { logWith } from "../flows/log-with.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Log } from "../flows/services.ts";
import { type Answers, readAnswers } from "./answers.ts";
import { readCompletion } from "./completion-schema.ts";
import { correlate, type CorrelateDependencies } from "./correlate.ts";
import type { FetchMedia } from "./fetch-media.ts";
import type { FlowShares } from "./flow-shares.ts";
import {
  type Attempt,
  type CompletionStore,
  type Match,
  type Process,
  type StoredCompletion,
  TryLaterError,
} from "./ports.ts";

export type RunCompletionDependencies = CorrelateDependencies & {
  readonly store: CompletionStore;
  readonly effects: Effects;
  /** Without it a flow may hold every slot. */
  readonly shares?: FlowShares;
  /** `null`: files stay with Meta. */
  readonly fetchMedia: FetchMedia | null;
  /** Where completions of a flow, or of none, are forwarded; `null` where they are not. */
  readonly forwardUrlOf: (flow: LoadedFlow | null) => string | null;
  /** How long completions are kept; what `once` remembers outlives them. */
  readonly retentionDays: number;
  readonly log: Log;
  /** Milliseconds for `completed`; default 30,000. */
  readonly handlerLimitMs?: number;
};

const HANDLER_LIMIT_MS = 30_000;
const DAY_MS = 24 * 3600 * 1000;

export function createRunCompletion(deps: RunCompletionDependencies): Process {
  return async (id, attempt) => {
    const completion = await deps.store.read(id);
    // Erased since, or done by an attempt that did not live to say so.
    if (completion === null || completion.state === "done") return;
    const answers = readAnswers(completion.message);
    let match: Match | null = null;
    try {
      match = await findMatch(deps, completion, answers);
      const flow = match === null ? null : (deps.flows.get(match.flow) ?? null);
      if (deps.forwardUrlOf(flow) !== null && !completion.isForwardQueued) {
        await deps.store.queueForward(id, match);
      }
      const media = (await deps.fetchMedia?.(completion, answers, attempt)) ?? [];
      if (flow !== null) {
        const run = () => runCompleted(deps, flow, completion, { answers, media }, attempt);
        await (deps.shares?.run(flow.name, run) ?? run());
      }
      await deps.store.record(id, { state: flow === null ? "unmatched" : "done", match });
    } catch (cause) {
      if (cause instanceof CompletionGoneError) return;
      if (cause instanceof TryLaterError) throw cause;
      // Nobody's failure: the server stops, or another instance is at it.
      if (attempt.signal.aborted) throw cause;
      // If this cannot be recorded either, the queue still knows of the failure.
      await deps.store
        .record(id, { state: attempt.isLast ? "dead" : "failed", match })
        .catch(() => {});
      throw cause;
    }
  };
}

/** A match stands, as long as its flow does. */
async function findMatch(
  deps: RunCompletionDependencies,
  completion: StoredCompletion,
  answers: Answers,
): Promise<Match | null> {
  const { match } = completion;
  return match !== null && deps.flows.has(match.flow)
    ? match
    : correlate(deps, completion, answers);
}

/** @throws what the handler throws, or the reason why nobody waits for it any more */
async function runCompleted(
  deps: RunCompletionDependencies,
  flow: LoadedFlow,
  completion: StoredCompletion,
  { answers, media }: { readonly answers: Answers; readonly media: readonly CompletionFile[] },
  attempt: Attempt,
): Promise<void> {
  const { completed } = flow.behaviour;
  if (completed === null) return;
  const limitMs = deps.handlerLimitMs ?? HANDLER_LIMIT_MS;
  const signal = AbortSignal.any([attempt.signal, AbortSignal.timeout(limitMs)]);
  const call = createCompletionCall(deps, flow, completion, media, signal);
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
  const running = (async () => completed(readCompletion(flow, answers), call))();
  try {
    await Promise.race([running, aborted.promise]);
  } finally {
    // The loser of the race may still fail; it is answered for.
    running.catch(() => {});
  }
}

function createCompletionCall(
  { effects, retentionDays, log }: RunCompletionDependencies,
  flow: LoadedFlow,
  { id, flowToken, user, receivedAt }: StoredCompletion,
  media: readonly CompletionFile[],
  signal: AbortSignal,
): CompletionCall {
  const keepUntil = new Date(receivedAt.getTime() + (retentionDays + 1) * DAY_MS);
  const scope = { flow: flow.name, key: effectKeyOf(id), keepUntil, completionId: id };
  const call = {
    flow: flow.name,
    flowToken,
    user,
    media,
    key: id,
    signal,
    log: logWith(log, { flow: flow.name, completion: id }),
    once: (name: string, work: Parameters<CompletionCall["once"]>[1]) =>
      effects.once(flow.name, scope, name, signal, work),
    stored: (name: string) => effects.stored(scope, name),
  };
  // `once` gives back what `work` gave after a round trip through JSON, which is what `Jsonified` says of it.
  return call as CompletionCall;
}

/** What results of `once` are remembered by. */
export function effectKeyOf(completionId: string): string {
  return `completion:${completionId}`;
}
