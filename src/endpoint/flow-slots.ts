// How many requests of one flow run at once. A flow that is busy makes its own users wait, and nobody else's: each flow
// has its own slots and its own queue.

import { EndpointError } from "../protocol/faults.ts";

type Flow = { running: number; readonly waiting: (() => void)[] };

export class FlowSlots {
  readonly #flows = new Map<string, Flow>();
  readonly #maxWaitMs: number;

  /** @param maxWaitMs  longest wait for a slot */
  constructor(maxWaitMs = 2_500) {
    this.#maxWaitMs = maxWaitMs;
  }

  /**
   * Runs `work` as one of at most `limit` of its flow.
   *
   * @throws EndpointError `OVERLOADED` when no slot came free in time, and whatever `work` throws
   */
  async run<T>(flowName: string, limit: number, work: () => Promise<T>): Promise<T> {
    const flow = this.#flows.get(flowName) ?? { running: 0, waiting: [] };
    this.#flows.set(flowName, flow);
    if (flow.running < limit) flow.running++;
    else await this.#wait(flow);
    try {
      return await work();
    } finally {
      const next = flow.waiting.shift();
      // A slot that is handed on stays taken.
      if (next === undefined) flow.running--;
      else next();
    }
  }

  async #wait(flow: Flow): Promise<void> {
    const turn = Promise.withResolvers<void>();
    flow.waiting.push(turn.resolve);
    const timer = setTimeout(() => {
      flow.waiting.splice(flow.waiting.indexOf(turn.resolve), 1);
      turn.reject(new EndpointError("OVERLOADED", "too many requests of this flow are in flight"));
    }, this.#maxWaitMs);
    try {
      await turn.promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
