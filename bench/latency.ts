// How long does an answer take, at which load? Requests come at random moments, at a tenth of the measured capacity up
// to more than all of it, whether answered or not; each latency counts from when its request was due.

import { withEchoServer } from "./echo-server.ts";
import type { Figure } from "./figure.ts";
import type { Chart } from "./latency-chart.ts";
import { type Outcome, prepare, sendAtRate, sendOverNew } from "./loops.ts";
import { createRequestMaker, type RequestMaker } from "./requests.ts";
import type { ServerProcess } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";
import { Wire } from "./wire.ts";

const ROUNDS = 5;
const DEFAULT_SECONDS = 5;
/** Of the capacity, in percent. */
const LOADS = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];
/** Those that the table has. */
const TOLD_LOADS: ReadonlySet<number> = new Set([10, 50, 70, 80, 100, 120]);
const QUANTILES = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
  ["p99.9", 0.999],
] as const;

const CONNECTIONS = 1_000;
const UNDER_WAY = 64;
const WARM_UP = 12_000;
const CAPACITY_REQUESTS = 6_000;

/** One load in one round. */
type Sample = {
  readonly load: number;
  readonly latenciesMs: readonly number[];
  readonly answered: number;
  readonly lateMs: number;
};

export type LatencyReport = { readonly figures: readonly Figure[]; readonly chart: Chart };

/** @param seconds how long each load lasts in each round */
export async function measureLatency(
  note: (progress: string) => void,
  seconds: number = DEFAULT_SECONDS,
): Promise<LatencyReport> {
  return withEchoServer({}, async (server, _makeVisits, secrets) => {
    const make = await createRequestMaker(secrets);
    await measureCapacity(server, prepare(WARM_UP, make.exchange));
    const capacities: number[] = [];
    const samples: Sample[] = [];
    for (let i = 1; i <= ROUNDS; i += 1) {
      const capacity = await measureCapacity(server, prepare(CAPACITY_REQUESTS, make.exchange));
      capacities.push(capacity);
      for (const load of LOADS) {
        samples.push(await measureLoad(server, make, { load, capacity, seconds }));
      }
      note(`round ${i} of ${ROUNDS}: ${capacity.toFixed(0)}/s at most`);
    }
    return { figures: figuresOf(capacities, samples), chart: chartOf(capacities, samples) };
  });
}

async function measureCapacity(
  server: ServerProcess,
  requests: readonly Buffer[],
): Promise<number> {
  return (await sendOverNew(server.url, UNDER_WAY, requests)).perSecond;
}

async function measureLoad(
  server: ServerProcess,
  make: RequestMaker,
  { load, capacity, seconds }: { load: number; capacity: number; seconds: number },
): Promise<Sample> {
  const rate = (capacity * load) / 100;
  const requests = prepare(rate * seconds, make.exchange);
  const wire = new Wire(server.url, CONNECTIONS);
  await wire.connect(CONNECTIONS);
  const outcomes = await sendAtRate(wire, rate, requests);
  wire.close();
  const good = outcomes.filter(({ status }) => status === 200);
  return {
    load,
    latenciesMs: good.map(({ latencyMs }) => latencyMs),
    answered: good.length / outcomes.length,
    lateMs: median(outcomes.map(({ lateMs }: Outcome) => lateMs)),
  };
}

function figuresOf(capacities: readonly number[], samples: readonly Sample[]): readonly Figure[] {
  const told = LOADS.filter((load) => TOLD_LOADS.has(load)).flatMap((load) => {
    const rounds = samples.filter((sample) => sample.load === load);
    const latencies = QUANTILES.map(([name, share]) => ({
      key: `latency.${load}.${name}`,
      label: `at ${load} % of it, ${name}`,
      unit: "ms",
      samples: rounds.map(({ latenciesMs }) => quantile(latenciesMs, share)),
    }));
    const answered = {
      key: `latency.${load}.answered`,
      label: `at ${load} % of it, answered 200`,
      unit: "%",
      samples: rounds.map((sample) => sample.answered * 100),
    };
    return load < 100 ? latencies : [...latencies, answered];
  });
  return [
    { key: "latency.capacity", label: "capacity", unit: "/s", samples: capacities },
    ...told,
    {
      key: "latency.late",
      label: "lateness of the generator in that, p50",
      unit: "ms",
      samples: samples.map(({ lateMs }) => lateMs),
    },
  ];
}

function chartOf(capacities: readonly number[], samples: readonly Sample[]): Chart {
  const capacity = median(capacities);
  const lines = QUANTILES.map(([name, share]) => ({
    name,
    points: LOADS.map((load) => {
      const rounds = samples.filter((sample) => sample.load === load);
      const quantiles = rounds.map(({ latenciesMs }) => quantile(latenciesMs, share));
      return { load, latencyMs: median(quantiles) };
    }),
  }));
  return { capacity, lines };
}
