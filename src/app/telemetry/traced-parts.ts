// Parts of the server that tell a tracer what they do. Each is the part itself with a step around it: the pipelines know
// nothing of tracing.

import type { ExchangeObserver } from "../../endpoint/ports.ts";
import type { LoadedFlow } from "../../flows/loaded-flow.ts";
import type { KeyRing } from "../../protocol/key-ring.ts";
import type { QueryObserver } from "../../storage/query-observer.ts";
import type { Queue } from "../../storage/queue.ts";
import type { Tracer } from "./tracer.ts";

/** The RSA operation, and the wait for a free copy of the key. */
export function traceKeys(keys: KeyRing, tracer: Tracer): KeyRing {
  return {
    get fingerprints() {
      return keys.fingerprints;
    },
    replace: (next) => keys.replace(next),
    unwrap: (encryptedAesKey) => tracer.step("open", {}, () => keys.unwrap(encryptedAesKey)),
  };
}

/** What the handler's author wrote. */
export function traceFlow(flow: LoadedFlow, tracer: Tracer): LoadedFlow {
  const { init, exchange, back, completed } = flow.behaviour;
  const attributes = { "flowpoint.flow": flow.name };
  return {
    ...flow,
    behaviour: {
      ...flow.behaviour,
      init: init && ((...told) => tracer.step("handler init", attributes, () => init(...told))),
      exchange: new Map(
        [...exchange].map(([screen, run]) => {
          const of = { ...attributes, "flowpoint.screen": screen };
          const traced: typeof run = (...told) =>
            tracer.step("handler exchange", of, () => run(...told));
          return [screen, traced];
        }),
      ),
      back: new Map(
        [...back].map(([screen, run]) => {
          const of = { ...attributes, "flowpoint.screen": screen };
          const traced: typeof run = (...told) =>
            tracer.step("handler back", of, () => run(...told));
          return [screen, traced];
        }),
      ),
      completed:
        completed &&
        ((...told) => tracer.step("handler completed", attributes, () => completed(...told))),
    },
  };
}

/** Each attempt at a job is a trace of its own: it may run days after the request that made it. */
export function traceJobs(queue: Queue, tracer: Tracer): Queue {
  return {
    ...queue,
    work: (name, limits, run) =>
      queue.work(name, limits, async (id, attempt) => {
        const trace = tracer.begin("job", `job ${name}`, { "messaging.destination.name": name });
        try {
          await trace.run(() => run(id, attempt));
          trace.end("good", {});
        } catch (error) {
          trace.end("bad", {});
          throw error;
        }
      }),
  };
}

export function traceQueries(tracer: Tracer): QueryObserver {
  return ({ operation, table, durationMs, isFailed }) =>
    tracer.ended(
      table === null ? operation : `${operation} ${table}`,
      {
        "db.system.name": "postgresql",
        "db.operation.name": operation,
        ...(table === null ? {} : { "db.collection.name": table }),
      },
      durationMs,
      isFailed ? "bad" : "good",
    );
}

/** Says which flow and screen a request was about. */
export function traceExchanges(tracer: Tracer): ExchangeObserver {
  return {
    answered: ({ flow, action, screen, fault, replayed }) =>
      tracer.describe({
        "flowpoint.flow": flow,
        "flowpoint.action": action,
        ...(screen === null ? {} : { "flowpoint.screen": screen }),
        ...(fault === null ? {} : { "flowpoint.fault": fault }),
        ...(replayed ? { "flowpoint.replayed": 1 } : {}),
      }),
    clientError: (_flow, error) => tracer.describe({ "flowpoint.client_error": error }),
  };
}
