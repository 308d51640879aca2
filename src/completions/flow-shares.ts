// Keeps a flow whose `completed` hangs from holding every slot while the completions of other flows wait. A flow that is
// slow now and then is none of that: only one whose last run hung, or that has half the slots in runs which take long, is
// held to a few slots, together with all others of its kind. One that has not finished anything yet leaves some free.

import { TryLaterError } from "./ports.ts";

type Run = { readonly flow: string; readonly startedMs: number };

/** A `completed` that writes rows, or asks another system, is done before. */
const LONG_MS = 5_000;
/** Near the limit at which `completed` is given up. */
const HUNG_MS = 20_000;

export class FlowShares {
  readonly #elapsedMs: () => number;
  readonly #slots: number;
  readonly #running = new Set<Run>();
  /** What each flow's last run was. */
  readonly #last = new Map<string, "done" | "hung">();

  /** @param slots  completions that run at once, of all flows together */
  constructor({ slots, elapsedMs }: { readonly slots: number; readonly elapsedMs: () => number }) {
    this.#elapsedMs = elapsedMs;
    this.#slots = slots;
  }

  /**
   * Runs `work` as one of the flow's.
   *
   * @throws TryLaterError when the flow has its share already, and whatever `work` throws
   */
  async run<T>(flow: string, work: () => Promise<T>): Promise<T> {
    if (!this.#hasRoomFor(flow)) {
      throw new TryLaterError("the flow's completions hang, and others wait too");
    }
    const run = { flow, startedMs: this.#elapsedMs() };
    this.#running.add(run);
    try {
      return await work();
    } finally {
      this.#running.delete(run);
      this.#last.set(flow, this.#isOver(HUNG_MS, run) ? "hung" : "done");
    }
  }

  #hasRoomFor(flow: string): boolean {
    if (this.#isHanging(flow)) {
      return this.#count((run) => this.#isHanging(run.flow)) < this.#share(1 / 3);
    }
    if (this.#last.has(flow)) return true;
    return this.#count((run) => run.flow === flow) < this.#share(2 / 3);
  }

  #isHanging(flow: string): boolean {
    if (this.#last.get(flow) === "hung") return true;
    const long = this.#count((run) => run.flow === flow && this.#isOver(LONG_MS, run));
    return long >= Math.ceil(this.#slots / 2);
  }

  #share(part: number): number {
    return Math.max(1, Math.floor(this.#slots * part));
  }

  #count(isMeant: (run: Run) => boolean): number {
    return [...this.#running].filter(isMeant).length;
  }

  #isOver(ms: number, { startedMs }: Run): boolean {
    return this.#elapsedMs() - startedMs >= ms;
  }
}
