// Sends visits to a server over keep-alive connections, each visit's requests one after another on one connection, as
// a phone would.

import autocannon, { type OutgoingRequest } from "autocannon";
import type { SealedRequest } from "./phone.ts";

/** How often autocannon looks whether all is done. */
const LOOK_EVERY_MS = 50;

export type LoadResult = {
  readonly exchanges: number;
  readonly elapsedMs: number;
  /** Of every exchange, from writing the request to the whole answer. */
  readonly latenciesMs: readonly number[];
};

/**
 * Sends every request of every visit once.
 *
 * @throws Error unless every answer was 200
 */
export async function sendVisits(
  url: string,
  visits: readonly (readonly SealedRequest[])[],
  connections: number,
): Promise<LoadResult> {
  const queue = visits[Symbol.iterator]();
  const exchanges = visits.reduce((sum, visit) => sum + visit.length, 0);
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  const startedMs = performance.now();
  let endedMs = startedMs;
  const run = autocannon({
    url,
    connections,
    amount: exchanges,
    sampleInt: LOOK_EVERY_MS,
    requests: [{ setupRequest: fill(queue) }],
  });
  run.on("response", (_client, status, _bytes, ms) => {
    endedMs = performance.now();
    latenciesMs.push(ms);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  await run;
  if (statuses.get(200) !== exchanges) {
    const counts = [...statuses].map(([status, count]) => `${status} ${count} times`).join(", ");
    throw new Error(`${exchanges} requests were to be answered 200, but there came: ${counts}`);
  }
  return { exchanges, elapsedMs: endedMs - startedMs, latenciesMs };
}
