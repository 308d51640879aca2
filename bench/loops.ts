// Two ways to load a server. The closed loop sends the next request when an answer is there, and so finds out what the
// server can do; the open loop sends when it is time, answered or not, as the world does.

import { setImmediate, setTimeout as delay } from "node:timers/promises";
import { NotSent, Wire } from "./wire.ts";

const MOST_IN_ONE_GO = 32;

/** What became of one request. */
export type Outcome = {
  /** `null` where it was never sent, since no connection came free; 0 where the connection was lost. */
  readonly status: number | null;
  /** From when the request was due: a request that had to wait to be sent has waited too. */
  readonly latencyMs: number;
  /** Of that, how late the generator itself was. */
  readonly lateMs: number;
};

/**
 * Sends requests at random moments, `perSecond` of them on average, and waits for all their answers.
 *
 * @param requests one for each; when they run out no more is sent
 */
export async function sendAtRate(
  wire: Wire,
  perSecond: number,
  requests: Iterable<Buffer>,
): Promise<readonly Outcome[]> {
  const answers: Promise<Outcome>[] = [];
  let dueMs = performance.now();
  let inOneGo = 0;
  for (const request of requests) {
    dueMs += (-Math.log(1 - Math.random()) * 1000) / perSecond;
    const earlyMs = dueMs - performance.now();
    inOneGo = earlyMs > 0 ? 0 : inOneGo + 1;
    if (earlyMs > 0) await delay(earlyMs);
    // Who catches up must not forget to read the answers.
    else if (inOneGo % MOST_IN_ONE_GO === 0) await setImmediate();
    answers.push(sendDue(wire, request, dueMs));
  }
  return Promise.all(answers);
}

async function sendDue(wire: Wire, request: Buffer, dueMs: number): Promise<Outcome> {
  const sentMs = performance.now();
  // A timer may be a fraction of a millisecond early.
  const fromMs = Math.min(dueMs, sentMs);
  // That it was not sent, or the connection lost, is an outcome too.
  const status = await wire
    .send(request)
    .catch((error: unknown) => (error instanceof NotSent ? null : 0));
  return { status, latencyMs: performance.now() - fromMs, lateMs: sentMs - fromMs };
}

export type Throughput = { readonly perSecond: number; readonly latenciesMs: readonly number[] };

/**
 * Sends requests as fast as they are answered, `underWay` at a time, until they run out. Those that are refused because
 * the machine stood still for a moment do not count.
 *
 * @throws Error for an answer other than 200 and 503
 */
export async function sendInTurn(
  wire: Wire,
  underWay: number,
  requests: readonly Buffer[],
): Promise<Throughput> {
  const left = requests.values();
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  const work = async (): Promise<void> => {
    for (const request of left) {
      const sentMs = performance.now();
      const status = await wire.send(request);
      if (status === 200) latenciesMs.push(performance.now() - sentMs);
      else if (status !== 503) throw new Error(`a request was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: underWay }, work));
  const elapsedMs = performance.now() - startedMs;
  return { perSecond: (latenciesMs.length * 1000) / elapsedMs, latenciesMs };
}

/** The same over new connections, which are closed afterwards. */
export async function sendOverNew(
  url: string,
  connections: number,
  requests: readonly Buffer[],
): Promise<Throughput> {
  const wire = new Wire(url, connections);
  try {
    await wire.connect(connections);
    return await sendInTurn(wire, connections, requests);
  } finally {
    wire.close();
  }
}

/** `count` of what `make` makes, before the clock starts. */
export function prepare(count: number, make: () => Buffer): readonly Buffer[] {
  return Array.from({ length: Math.ceil(count) }, make);
}
