// A handler made slow on request, so that a developer sees what this server answers in its stead, and what users then
// see. Only the relay can ask for it; without a player nothing here is ever reached.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Call } from "../flows/call.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";

/** Set in whatever is to find its handler slow. */
const slowed = new AsyncLocalStorage<true>();

/** Runs `work`; handlers are slow in it, and in whatever it starts. */
export function withSlowHandlers(work: () => void): void {
  slowed.run(true, work);
}

/** The flow with handlers that can be made slow; `completed` stays as it is, since no user waits for it. */
export function slowable(flow: LoadedFlow): LoadedFlow {
  const { init, exchange, back } = flow.behaviour;
  return {
    ...flow,
    behaviour: {
      ...flow.behaviour,
      init: init && ((reply, call) => inItsTime(call, () => init(reply, call))),
      exchange: new Map(
        [...exchange].map(([screen, run]): [string, typeof run] => [
          screen,
          (input, reply, call) => inItsTime(call, () => run(input, reply, call)),
        ]),
      ),
      back: new Map(
        [...back].map(([screen, run]): [string, typeof run] => [
          screen,
          (reply, call) => inItsTime(call, () => run(reply, call)),
        ]),
      ),
    },
  };
}

/**
 * A slow handler does its work all the same, after its deadline, when its answer is nobody's any more: what it does then
 * outside of `once` is done, as it would be by one that had waited for another system.
 */
function inItsTime({ signal }: Call, work: () => unknown): unknown {
  if (slowed.getStore() === undefined) return work();
  return aborted(signal).then(work);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
