// Keeps flows whose `completed` hangs from holding every slot while the completions of other flows wait. A flow that is
// quick may use all slots; flows that are slow leave some of them free, all slow ones together; and one that has not
// finished anything yet begins with few.

import { TryLaterError } from "./ports.ts";

type Run = { readonly flow: string; readonly startedMs: number };

/** A `completed` that writes a row or two is done long before. */
const SLOW_MS = 2_000;

export class FlowShares {
  readonly #elapsedMs: () => number;
  readonly #slowShare: number;
  readonly #newShare: number;
  readonly #running = new Set<Run>();
  /** What each flow's last run was. */
  readonly #last = new Map<string, "quick" | "slow">();

  /** @param slots  completions that run at once, of all flows together */
  constructor({ slots, elapsedMs }: { readonly slots: number; readonly elapsedMs: () => number }) {
    this.#elapsedMs = elapsedMs;
    const leftFree = Math.ceil(slots / 3);
    this.#slowShare = Math.max(1, slots - leftFree);
    this.#newShare = Math.max(1, Math.floor(leftFree / 2));
  }

  /**
   * Runs `work` as one of the flow's.
   *
   * @throws TryLaterError when the flow has its share already, and whatever `work` throws
   */
  async run<T>(flow: string, work: () => Promise<T>): Promise<T> {
    if (!this.#hasRoomFor(flow)) {
      throw new TryLaterError("the flow's completions take long, and others wait too");
    }
    const run = { flow, startedMs: this.#elapsedMs() };
    this.#running.add(run);
    try {
      return await work();
    } finally {
      this.#running.delete(run);
      this.#last.set(flow, this.#isLong(run) ? "slow" : "quick");
    }
  }

  #hasRoomFor(flow: string): boolean {
    const running = [...this.#running];
    const slow = new Set(running.filter((run) => this.#isLong(run)).map((run) => run.flow));
    for (const [name, was] of this.#last) if (was === "slow") slow.add(name);
    if (slow.has(flow)) {
      return running.filter((run) => slow.has(run.flow)).length < this.#slowShare;
    }
    if (this.#last.has(flow)) return true;
    return running.filter((run) => run.flow === flow).length < this.#newShare;
  }

  #isLong({ startedMs }: Run): boolean {
    return this.#elapsedMs() - startedMs >= SLOW_MS;
  }
}
