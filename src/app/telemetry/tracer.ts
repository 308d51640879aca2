// What the server tells a tracer, and the tracer that is in use while no collector is set: it knows the id of each trace
// and records nothing.

import { parseTraceparent, type TraceIds } from "./trace-ids.ts";

/** Names of flows, screens, actions and tables, statuses and numbers. Never what a user typed, nor a token. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A request, or one attempt at a job. */
export interface Trace {
  run<T>(work: () => T): T;
  /** @param attributes  what is known only at the end */
  end(outcome: "good" | "bad", attributes: Attributes): void;
}

export interface Tracer {
  /** @param traceparent  the caller's header, whose trace this goes on with */
  begin(kind: "request" | "job", name: string, attributes: Attributes, traceparent?: string): Trace;
  /** Says more of the trace that is running, if one is. */
  describe(attributes: Attributes): void;
  /** Runs a part of the trace that is running, if one is. */
  step<T>(name: string, attributes: Attributes, work: () => T): T;
  /** Tells of a part that has just ended. */
  ended(name: string, attributes: Attributes, durationMs: number, outcome: "good" | "bad"): void;
  /** Sends what was not sent yet. */
  stop(): Promise<void>;
}

export function createQuietTracer(ids: TraceIds): Tracer {
  return {
    begin: (_kind, _name, _attributes, traceparent) => {
      const id = parseTraceparent(traceparent)?.traceId ?? ids.create();
      return { run: (work) => ids.run(id, work), end: () => {} };
    },
    describe: () => {},
    step: (_name, _attributes, work) => work(),
    ended: () => {},
    stop: async () => {},
  };
}
