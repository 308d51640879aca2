// Sends visits to a server over keep-alive connections, each visit's requests one after another on one connection, as
// a phone would. The requests are built before the first is sent.

import autocannon, { type Request } from "autocannon";
import type { SignedRequest } from "../test/helpers/phone.ts";
import { flow } from "./handlers/echo/contract.gen.ts";
import type { Visit } from "./visits.ts";

/** How often autocannon looks whether all is done. */
const LOOK_EVERY_MS = 50;

const PATH = `/flows/${flow.name}`;

export type LoadResult = {
  readonly exchanges: number;
  readonly elapsedMs: number;
  /** Of every exchange, from writing the request to having the whole answer. */
  readonly latenciesMs: readonly number[];
};

/**
 * Sends every request of every visit once.
 *
 * @param url    of the server
 * @param visits as many as can be dealt out evenly, and all of one length
 * @throws Error unless every answer was 200
 */
export async function sendVisits(
  url: string,
  visits: readonly Visit[],
  connections: number,
): Promise<LoadResult> {
  if (visits.length % connections !== 0) throw new RangeError("visits cannot be dealt out evenly");
  const hands = Array.from({ length: connections }, (_, connection) =>
    visits.filter((_visit, i) => i % connections === connection).flat(),
  );
  const exchanges = hands.reduce((sum, hand) => sum + hand.length, 0);
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  let [startedMs, endedMs] = [0, 0];
  const run = autocannon({
    url,
    connections,
    amount: exchanges,
    sampleInt: LOOK_EVERY_MS,
    setupClient: (client) => client.setRequests((hands.pop() ?? []).map(asPost)),
  });
  run.on("start", () => {
    startedMs = performance.now();
  });
  run.on("response", (_client, status, _bytes, latencyMs) => {
    endedMs = performance.now();
    latenciesMs.push(latencyMs);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  await run;
  if (statuses.get(200) !== exchanges) {
    const counts = [...statuses].map(([status, count]) => `${count} times ${status}`).join(", ");
    throw new Error(`${exchanges} requests, all to be answered 200, were answered ${counts}`);
  }
  return { exchanges, elapsedMs: endedMs - startedMs, latenciesMs };
}

function asPost({ headers, body }: SignedRequest): Request {
  return { method: "POST", path: PATH, headers, body };
}
