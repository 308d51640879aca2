// What does an exchange cost beside the RSA operation that it cannot avoid?
//
// Rounds of server under load and bare RSA alternate, so that whatever else the machine does meets both. Only the
// server's own processor time is counted, so the load generator beside it does not matter to the ratio.

import { type EchoServerOptions, withEchoServer } from "./echo-server.ts";
import { type Figure, figuresFrom } from "./figure.ts";
import { type LoadResult, sendVisits } from "./load.ts";
import { cpuSecondsOf } from "./process-usage.ts";
import { startRsaProcess } from "./rsa-process.ts";
import type { ServerProcess } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";
import { flow } from "./handlers/echo/contract.gen.ts";
import { asHttp } from "./requests.ts";
import type { VisitMaker } from "./visits.ts";
import { Wire } from "./wire.ts";

export type ExchangeEffort = {
  /** Rounds whose median is reported. */
  readonly rounds: number;
  readonly visitsPerRound: number;
  /** RSA operations before, between and after the rounds. */
  readonly rsaOperations: number;
  /** Visits before the first round, for the compiler. */
  readonly warmUpVisits: number;
  /** Rounds of requests sent one at a time, for the latency without a queue. */
  readonly aloneRounds: number;
  /** Visits in each of those. */
  readonly sequentialVisits: number;
};

export const FULL_EFFORT: ExchangeEffort = {
  rounds: 9,
  visitsPerRound: 1_200,
  rsaOperations: 1_200,
  warmUpVisits: 4_000,
  aloneRounds: 7,
  sequentialVisits: 160,
};

/** For a check on every change: the same measurement, cut short. */
export const SHORT_EFFORT: ExchangeEffort = {
  rounds: 9,
  visitsPerRound: 480,
  rsaOperations: 500,
  warmUpVisits: 3_008,
  aloneRounds: 0,
  sequentialVisits: 0,
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
  options: EchoServerOptions = {},
): Promise<readonly Figure[]> {
  return withContenders([options], async (contenders) => {
    const [rounds = []] = await runRounds(effort, contenders, note);
    const [contender] = contenders;
    if (contender === undefined) throw new RangeError("there is no server to measure");
    const alone = await measureAlone(contender, effort);
    await assertAllReal(contender);
    return [...figuresOf(rounds), ...(alone.length === 0 ? [] : figuresOfAlone(alone))];
  });
}

/**
 * What an exchange costs beside RSA on several servers, measured by turns so that the same disturbances meet all.
 *
 * @returns for each server the figure `exchange.cpuRatio`
 */
export async function compareExchange(
  effort: ExchangeEffort,
  servers: readonly EchoServerOptions[],
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  return withContenders(servers, async (contenders) => {
    const rounds = await runRounds(effort, contenders, note);
    await Promise.all(contenders.map(assertAllReal));
    return rounds.map(cpuRatioOf);
  });
}

/** A server that is measured, and how many exchanges it has had. */
type Contender = {
  readonly server: ServerProcess;
  readonly makeVisits: VisitMaker;
  sent: number;
};

/** Runs `work` with a server for each of the options. */
async function withContenders<T>(
  [first, ...others]: readonly EchoServerOptions[],
  work: (contenders: readonly Contender[]) => Promise<T>,
): Promise<T> {
  if (first === undefined) return work([]);
  return withEchoServer(first, (server, makeVisits) =>
    withContenders(others, (rest) => work([{ server, makeVisits, sent: 0 }, ...rest])),
  );
}

async function runRounds(
  effort: ExchangeEffort,
  contenders: readonly Contender[],
  note: (progress: string) => void,
): Promise<readonly (readonly Round[])[]> {
  const rsa = startRsaProcess();
  try {
    for (const contender of contenders) await warmUp(contender, effort.warmUpVisits);
    const rounds: Round[][] = contenders.map(() => []);
    let before = await rsa.measure(effort.rsaOperations);
    for (let i = 1; i <= effort.rounds; i += 1) {
      for (const [n, contender] of contenders.entries()) {
        const loaded = await measureLoad(contender, effort.visitsPerRound);
        const after = await rsa.measure(effort.rsaOperations);
        const round = {
          ...loaded,
          rsaMicros: (before.busyMicros + after.busyMicros) / 2,
          rsaAloneMicros: (before.aloneMicros + after.aloneMicros) / 2,
        };
        before = after;
        rounds[n]?.push(round);
        note(
          `round ${i} of ${effort.rounds}: ${round.cpuMicros.toFixed(0)} µs an exchange, ` +
            `${round.rsaMicros.toFixed(0)} µs a bare RSA operation`,
        );
      }
    }
    return rounds;
  } finally {
    await rsa.stop();
  }
}

async function measureLoad(
  contender: Contender,
  visits: number,
): Promise<Omit<Round, "rsaMicros" | "rsaAloneMicros">> {
  const { server } = contender;
  const made = await contender.makeVisits(visits, "submits");
  await server.readMetrics(); // event loop delay is told since the last look
  const cpuSeconds = cpuSecondsOf(server.pid);
  const result = await sendVisits(server.url, made, CONNECTIONS);
  const cpuMicros = ((cpuSecondsOf(server.pid) - cpuSeconds) * 1e6) / result.exchanges;
  const metrics = await server.readMetrics();
  contender.sent += result.exchanges;
  return {
    load: result,
    cpuMicros,
    loopDelayP99Ms: (metrics.get("nodejs_eventloop_lag_p99_seconds") ?? NaN) * 1000,
    loopDelayMaxMs: (metrics.get("nodejs_eventloop_lag_max_seconds") ?? NaN) * 1000,
  };
}

/** One request at a time, in turns with one RSA operation at a time: what both wait for is the same then. */
type Alone = {
  readonly exchangeMs: readonly number[];
  readonly rsaMs: readonly number[];
  /** What a request costs that asks for nothing. */
  readonly emptyMs: readonly number[];
};

const EMPTY_REQUEST = Buffer.from("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n");

async function measureAlone(
  contender: Contender,
  { sequentialVisits, aloneRounds }: ExchangeEffort,
): Promise<readonly Alone[]> {
  const rsa = startRsaProcess();
  const wire = new Wire(contender.server.url, 1);
  try {
    await wire.connect(1);
    const rounds: Alone[] = [];
    for (let i = 0; i < aloneRounds; i += 1) {
      const visits = await contender.makeVisits(sequentialVisits, "submits");
      const requests = visits.flat().map((request) => asHttp(flow.name, request));
      const { aloneMs: rsaMs } = await rsa.measure(requests.length);
      const emptyMs = await sendInTurn(
        wire,
        requests.map(() => EMPTY_REQUEST),
      );
      const exchangeMs = await sendInTurn(wire, requests);
      contender.sent += requests.length;
      rounds.push({ exchangeMs, rsaMs, emptyMs });
    }
    return rounds;
  } finally {
    wire.close();
    await rsa.stop();
  }
}

/** @returns how long each took, in milliseconds */
async function sendInTurn(wire: Wire, requests: readonly Buffer[]): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (const request of requests) {
    const startedMs = performance.now();
    const status = await wire.send(request);
    tookMs.push(performance.now() - startedMs);
    if (status !== 200) throw new Error(`a request alone was answered ${status}`);
  }
  return tookMs;
}

async function warmUp(contender: Contender, visits: number): Promise<void> {
  const made = await contender.makeVisits(visits, "submits");
  contender.sent += (await sendVisits(contender.server.url, made, CONNECTIONS)).exchanges;
}

/** A fallback answers 200 too, and a repetition costs no RSA: the server's own counters tell. */
async function assertAllReal({ server, sent }: Contender): Promise<void> {
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

function figuresOf(rounds: readonly Round[]): readonly Figure[] {
  const figure = figuresFrom(rounds, "exchange");
  return [
    cpuRatioOf(rounds),
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
  ];
}

function figuresOfAlone(rounds: readonly Alone[]): readonly Figure[] {
  const ofAlone = (
    name: string,
    label: string,
    unit: string,
    sampleOf: (round: Alone) => number,
  ): Figure => ({ key: `exchange.${name}`, label, unit, samples: rounds.map(sampleOf) });
  return [
    ofAlone("sequentialRatio", "latency one at a time ÷ RSA's, p50", "×", (each) => {
      return median(each.exchangeMs) / median(each.rsaMs);
    }),
    ofAlone("sequentialP50", "latency one at a time, p50", "ms", (r) => median(r.exchangeMs)),
    ofAlone("sequentialP99", "latency one at a time, p99", "ms", (r) =>
      quantile(r.exchangeMs, 0.99),
    ),
    ofAlone("sequentialEmpty", "latency of GET /livez then, p50", "ms", (r) => median(r.emptyMs)),
    ofAlone("sequentialRsa", "latency of RSA one at a time, p50", "ms", (r) => median(r.rsaMs)),
  ];
}

function cpuRatioOf(rounds: readonly Round[]): Figure {
  return {
    key: "exchange.cpuRatio",
    label: "CPU of an exchange ÷ bare RSA",
    unit: "×",
    samples: rounds.map(({ cpuMicros, rsaMicros }) => cpuMicros / rsaMicros),
  };
}

function perSecond({ load }: Round): number {
  return (load.exchanges * 1000) / load.elapsedMs;
}
