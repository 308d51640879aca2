// Keeps a flow whose `completed` hangs from holding every slot while the completions of other flows wait. A flow that is
// quick may use all slots; one that is slow, or not yet known to be quick, only its share of them.

import { TryLaterError } from "./ports.ts";

type Runs = { readonly running: Set<{ readonly startedMs: number }>; wasQuick: boolean };

/** A `completed` that writes a row or two is done long before. */
const SLOW_MS = 2_000;

export class FlowShares {
  readonly #elapsedMs: () => number;
  readonly #share: number;
  readonly #flows = new Map<string, Runs>();

  /** @param slots  completions that run at once, of all flows together */
  constructor({ slots, elapsedMs }: { readonly slots: number; readonly elapsedMs: () => number }) {
    this.#elapsedMs = elapsedMs;
    this.#share = Math.max(1, Math.floor(slots / 3));
  }

  /**
   * Runs `work` as one of the flow's.
   *
   * @throws TryLaterError when the flow has its share already, and whatever `work` throws
   */
  async run<T>(flow: string, work: () => Promise<T>): Promise<T> {
    const runs = this.#flows.get(flow) ?? { running: new Set(), wasQuick: false };
    this.#flows.set(flow, runs);
    if (runs.running.size >= this.#share && this.#isSlow(runs)) {
      throw new TryLaterError("the flow's completions take long, and others wait too");
    }
    const run = { startedMs: this.#elapsedMs() };
    runs.running.add(run);
    try {
      return await work();
    } finally {
      runs.running.delete(run);
      runs.wasQuick = this.#elapsedMs() - run.startedMs < SLOW_MS;
    }
  }

  #isSlow({ running, wasQuick }: Runs): boolean {
    const nowMs = this.#elapsedMs();
    return !wasQuick || [...running].some(({ startedMs }) => nowMs - startedMs >= SLOW_MS);
  }
}
