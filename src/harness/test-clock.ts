// The time of a test: it stands still until the test moves it. The handler, its flow tokens and its completions go by
// it; a database's own `now()` does not.

import type { Clock } from "../flows/services.ts";

export type Span = {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
};

export interface TestClock extends Clock {
  /** @throws RangeError for what is no moment */
  set(moment: Date | string): void;
  advance(span: Span): void;
}

/** A Monday morning. */
const DEFAULT_START = "2026-05-04T09:00:00Z";

export function createTestClock(start: Date | string = DEFAULT_START): TestClock {
  let nowMs = parseMoment(start);
  return {
    now: () => new Date(nowMs),
    set(moment) {
      nowMs = parseMoment(moment);
    },
    advance({ days = 0, hours = 0, minutes = 0, seconds = 0 }) {
      nowMs += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    },
  };
}

function parseMoment(moment: Date | string): number {
  const ms = new Date(moment).getTime();
  if (Number.isNaN(ms)) {
    throw new RangeError(`${String(moment)} is no moment; write it like ${DEFAULT_START}`);
  }
  return ms;
}
