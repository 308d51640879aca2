// What does a repetition cost? The same bytes again are answered from memory, without RSA and without the handler.

import { assertNoFaults } from "./assert-no-faults.ts";
import { withEchoServer } from "./echo-server.ts";
import { type Figure, figuresFrom } from "./figure.ts";
import { prepare, sendInTurn, type Throughput } from "./loops.ts";
import { cpuSecondsOf } from "./process-usage.ts";
import { createRequestMaker } from "./requests.ts";
import type { ServerProcess } from "./server-process.ts";
import { median } from "./statistics.ts";
import { Wire } from "./wire.ts";

const ROUNDS = 9;
const REQUESTS = 4_000;
const WARM_UP = 8_000;
const CONNECTIONS = 16;
/** Sent one after another, for the latency without a queue. */
const ALONE = 300;

type Side = {
  readonly cpuMicros: number;
  readonly perSecond: number;
  readonly aloneMs: number;
};

export async function measureReplay(
  note: (progress: string) => void,
  requests = REQUESTS,
): Promise<readonly Figure[]> {
  return withEchoServer({}, async (server, _makeVisits, secrets) => {
    const make = await createRequestMaker(secrets);
    const wire = new Wire(server.url, CONNECTIONS);
    const rounds: { readonly fresh: Side; readonly again: Side }[] = [];
    await sendInTurn(wire, CONNECTIONS, prepare(WARM_UP, make.exchange));
    for (let i = 1; i <= ROUNDS; i += 1) {
      const many = prepare(requests, make.exchange);
      const alone = prepare(ALONE, make.exchange);
      const fresh = await measureSide(server, wire, many, alone);
      const again = await measureSide(server, wire, many, alone);
      rounds.push({ fresh, again });
      const [first, second] = [fresh.cpuMicros, again.cpuMicros].map((each) => each.toFixed(0));
      note(`round ${i} of ${ROUNDS}: ${first} µs fresh, ${second} µs again`);
    }
    wire.close();
    await assertNoFaults(server);
    await assertReplayed(server, ROUNDS * (requests + ALONE));
    return figuresOf(rounds);
  });
}

async function measureSide(
  server: ServerProcess,
  wire: Wire,
  many: readonly Buffer[],
  alone: readonly Buffer[],
): Promise<Side> {
  const cpuSeconds = cpuSecondsOf(server.pid);
  const { perSecond }: Throughput = await sendInTurn(wire, CONNECTIONS, many);
  const cpuMicros = ((cpuSecondsOf(server.pid) - cpuSeconds) * 1e6) / many.length;
  const { latenciesMs } = await sendInTurn(wire, 1, alone);
  return { cpuMicros, perSecond, aloneMs: median(latenciesMs) };
}

async function assertReplayed(server: ServerProcess, expected: number): Promise<void> {
  const counted = (await server.readMetrics()).get("flowpoint_replays_total");
  if (counted !== expected) {
    throw new Error(`of ${expected} repetitions the server counted ${counted}`);
  }
}

function figuresOf(
  rounds: readonly { readonly fresh: Side; readonly again: Side }[],
): readonly Figure[] {
  const figure = figuresFrom(rounds, "replay");
  return [
    figure(
      "cpuRatio",
      "CPU of a repetition ÷ of a fresh request",
      "×",
      ({ fresh, again }) => again.cpuMicros / fresh.cpuMicros,
    ),
    figure("fresh", "CPU of a fresh request", "µs", ({ fresh }) => fresh.cpuMicros),
    figure("again", "CPU of a repetition", "µs", ({ again }) => again.cpuMicros),
    figure("freshRate", "fresh requests", "/s", ({ fresh }) => fresh.perSecond),
    figure("againRate", "repetitions", "/s", ({ again }) => again.perSecond),
    figure("freshAlone", "fresh, one at a time, p50", "ms", ({ fresh }) => fresh.aloneMs),
    figure("againAlone", "again, one at a time, p50", "ms", ({ again }) => again.aloneMs),
  ];
}
