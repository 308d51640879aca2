// The only place that asks the system for the time; everything else is given a clock.

import type { Clock } from "../flows/services.ts";

export const systemClock: Clock = { now: () => new Date() };

/** Milliseconds since the process started; never goes back. */
export function elapsedMs(): number {
  return performance.now();
}
