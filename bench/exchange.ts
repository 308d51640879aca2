// What does an exchange cost beside the RSA operation that it cannot avoid?
//
// Rounds of server under load and bare RSA alternate, so that whatever else the machine does meets both. Only the
// server's own processor time is counted, so the load generator beside it does not matter to the ratio.

import { withEchoServer } from "./echo-server.ts";
import type { Figure } from "./figure.ts";
import { type LoadResult, sendVisits } from "./load.ts";
import { cpuSecondsOf } from "./process-usage.ts";
import { type RsaProcess, startRsaProcess } from "./rsa-process.ts";
import type { ServerProcess } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";
import { VISIT_LENGTH, type VisitMaker } from "./visits.ts";

export type ExchangeEffort = {
  /** Rounds whose median is reported. */
  readonly rounds: number;
  readonly visitsPerRound: number;
  /** RSA operations before, between and after the rounds. */
  readonly rsaOperations: number;
  /** Visits before the first round, for the compiler. */
  readonly warmUpVisits: number;
  /** Visits sent one request at a time, for the latency without a queue. */
  readonly sequentialVisits: number;
};

export const FULL_EFFORT: ExchangeEffort = {
  rounds: 9,
  visitsPerRound: 1_200,
  rsaOperations: 1_200,
  warmUpVisits: 4_000,
  sequentialVisits: 400,
};

/** For a check on every change: the same measurement, cut short. */
export const SHORT_EFFORT: ExchangeEffort = {
  rounds: 9,
  visitsPerRound: 480,
  rsaOperations: 500,
  warmUpVisits: 3_008,
  sequentialVisits: 100,
};

/** Keep-alive connections, each with one request under way. */
const CONNECTIONS = 16;

type Round = {
  readonly cpuMicros: number;
  readonly rsaMicros: number;
  readonly rsaAloneMicros: number;
  readonly load: LoadResult;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
};

/** @throws Error if any answer was not 200, was a fallback, or came from the memory of answers */
export async function measureExchange(
  effort: ExchangeEffort,
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  return withEchoServer({}, async (server, makeVisits) => {
    const rsa = startRsaProcess();
    try {
      await sendVisits(server.url, await makeVisits(effort.warmUpVisits, "submits"), CONNECTIONS);
      const rounds = await runRounds(effort, server, makeVisits, rsa, note);
      const alone = await sendVisits(
        server.url,
        await makeVisits(effort.sequentialVisits, "submits"),
        1,
      );
      const visits =
        effort.warmUpVisits + effort.rounds * effort.visitsPerRound + effort.sequentialVisits;
      await assertAllReal(server, visits * VISIT_LENGTH);
      return figuresOf(rounds, alone);
    } finally {
      await rsa.stop();
    }
  });
}

async function runRounds(
  effort: ExchangeEffort,
  server: ServerProcess,
  makeVisits: VisitMaker,
  rsa: RsaProcess,
  note: (progress: string) => void,
): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  let before = await rsa.measure(effort.rsaOperations);
  for (let i = 1; i <= effort.rounds; i += 1) {
    const visits = await makeVisits(effort.visitsPerRound, "submits");
    await server.readMetrics(); // event loop delay is told since the last look
    const cpuSeconds = cpuSecondsOf(server.pid);
    const load = await sendVisits(server.url, visits, CONNECTIONS);
    const cpuMicros = ((cpuSecondsOf(server.pid) - cpuSeconds) * 1e6) / load.exchanges;
    const metrics = await server.readMetrics();
    const after = await rsa.measure(effort.rsaOperations);
    const round = {
      load,
      cpuMicros,
      rsaMicros: (before.busyMicros + after.busyMicros) / 2,
      rsaAloneMicros: (before.aloneMicros + after.aloneMicros) / 2,
      loopDelayP99Ms: (metrics.get("nodejs_eventloop_lag_p99_seconds") ?? NaN) * 1000,
      loopDelayMaxMs: (metrics.get("nodejs_eventloop_lag_max_seconds") ?? NaN) * 1000,
    };
    rounds.push(round);
    before = after;
    note(
      `round ${i} of ${effort.rounds}: ${cpuMicros.toFixed(0)} µs an exchange, ` +
        `${round.rsaMicros.toFixed(0)} µs a bare RSA operation`,
    );
  }
  return rounds;
}

/** A fallback answers 200 too, and a repetition costs no RSA: the server's own counters tell. */
async function assertAllReal(server: ServerProcess, sent: number): Promise<void> {
  const metrics = [...(await server.readMetrics())];
  const sum = (prefix: string): number =>
    metrics
      .filter(([name]) => name.startsWith(prefix))
      .reduce((total, [, value]) => total + value, 0);
  const [requests, faults, replays] = [
    sum("flowpoint_exchange_requests_total"),
    sum("flowpoint_exchange_faults_total"),
    sum("flowpoint_replays_total"),
  ];
  if (requests !== sent || faults !== 0 || replays !== 0) {
    throw new Error(
      `of ${sent} requests the server counted ${requests}, of them ${faults} with a fault and ${replays} repeated`,
    );
  }
}

function figuresOf(rounds: readonly Round[], alone: LoadResult): readonly Figure[] {
  const figure = (
    name: string,
    label: string,
    unit: string,
    sampleOf: (round: Round) => number,
  ): Figure => ({ key: `exchange.${name}`, label, unit, samples: rounds.map(sampleOf) });
  return [
    figure("cpuRatio", "CPU of an exchange ÷ bare RSA", "×", (r) => r.cpuMicros / r.rsaMicros),
    figure(
      "aloneRatio",
      "the same ÷ RSA one at a time",
      "×",
      (r) => r.cpuMicros / r.rsaAloneMicros,
    ),
    figure("cpu", "CPU of an exchange", "µs", (r) => r.cpuMicros),
    figure("rsa", "CPU of a bare RSA operation", "µs", (r) => r.rsaMicros),
    figure("rsaAlone", "CPU of RSA one at a time", "µs", (r) => r.rsaAloneMicros),
    figure("throughput", `exchanges over ${CONNECTIONS} connections`, "/s", perSecond),
    figure("p50", "latency then, p50", "ms", ({ load }) => median(load.latenciesMs)),
    figure("p99", "latency then, p99", "ms", ({ load }) => quantile(load.latenciesMs, 0.99)),
    figure("p999", "latency then, p99.9", "ms", ({ load }) => quantile(load.latenciesMs, 0.999)),
    figure("loopDelayP99", "event loop delay then, p99", "ms", (r) => r.loopDelayP99Ms),
    figure("loopDelayMax", "event loop delay then, longest", "ms", (r) => r.loopDelayMaxMs),
    {
      key: "exchange.sequentialP50",
      label: "latency one at a time, p50",
      unit: "ms",
      samples: [median(alone.latenciesMs)],
    },
    {
      key: "exchange.sequentialP99",
      label: "latency one at a time, p99",
      unit: "ms",
      samples: [quantile(alone.latenciesMs, 0.99)],
    },
  ];
}

function perSecond({ load }: Round): number {
  return (load.exchanges * 1000) / load.elapsedMs;
}
