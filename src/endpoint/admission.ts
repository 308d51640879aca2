// Who may use the processor for an RSA operation next. More requests than the cores can open would wait longer and longer
// and be answered when nobody listens any more; so the line is bounded, in places and above all in time, and who has
// waited too long is told so while there is still time to try again. Nobody is refused at once: who has few connections
// would come back so fast that refusing takes the processor from answering.
//
// Tiny bodies go first, in a line of their own that others cannot fill: Meta's health check is one, and an endpoint that
// cannot answer it is reported as down.

import { setTimeout as delay } from "node:timers/promises";
import { EndpointError } from "../protocol/faults.ts";

export type AdmissionOptions = {
  /** RSA operations at once. */
  readonly slots: number;
  readonly elapsedMs: () => number;
  /** Requests that may wait, tiny ones and others each for themselves; default 1,024. */
  readonly maxWaiting?: number;
  /** Longest wait; default 500 ms. */
  readonly maxWaitMs?: number;
  /** Passes before a refusal for which there was no place to wait. Default: a second. */
  readonly pause?: () => Promise<void>;
};

type Waiting = {
  readonly sinceMs: number;
  readonly admit: () => void;
  readonly refuse: (reason: EndpointError) => void;
};

// Made once: nobody reads the stack traces that a flood of refusals would be given.
const LINE_IS_FULL = new EndpointError("OVERLOADED", "too many requests wait to be decrypted");
const WAITED_TOO_LONG = new EndpointError(
  "OVERLOADED",
  "the request waited too long to be decrypted",
);

/** A ping encrypted by Meta's client is some 520 bytes; anything with a flow token and data is longer. */
const TINY_BYTES = 640;

export class Admission {
  readonly #elapsedMs: () => number;
  readonly #maxWaiting: number;
  readonly #maxWaitMs: number;
  readonly #pause: () => Promise<void>;
  readonly #tiny: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #free: number;

  constructor({
    slots,
    elapsedMs,
    maxWaiting = 1_024,
    maxWaitMs = 500,
    pause = () => delay(1_000),
  }: AdmissionOptions) {
    this.#pause = pause;
    this.#free = slots;
    this.#elapsedMs = elapsedMs;
    this.#maxWaiting = maxWaiting;
    this.#maxWaitMs = maxWaitMs;
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#tiny.length + this.#others.length;
  }

  /**
   * Runs `work` when its turn comes.
   *
   * @param bodyBytes  length of the request it is for
   * @throws EndpointError `OVERLOADED` when the line is full, or the turn did not come in time; and what `work` throws
   */
  async run<T>(bodyBytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(bodyBytes <= TINY_BYTES ? this.#tiny : this.#others);
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  async #wait(line: Waiting[]): Promise<void> {
    this.#refuseLate();
    if (line.length >= this.#maxWaiting) {
      await this.#pause();
      throw LINE_IS_FULL;
    }
    await new Promise<void>((admit, refuse) => {
      line.push({ sinceMs: this.#elapsedMs(), admit, refuse });
    });
  }

  #release(): void {
    this.#refuseLate();
    const next = this.#tiny.shift() ?? this.#others.shift();
    // A slot that is handed on stays taken.
    if (next === undefined) this.#free++;
    else next.admit();
  }

  /** The oldest stand first, so looking ends at the first that is in time. */
  #refuseLate(): void {
    const oldestMs = this.#elapsedMs() - this.#maxWaitMs;
    for (const line of [this.#tiny, this.#others]) {
      while (line[0] !== undefined && line[0].sinceMs < oldestMs) {
        line.shift()?.refuse(WAITED_TOO_LONG);
      }
    }
  }
}
