// What happens when more comes than can be answered? Five times the capacity that was measured just before, at random
// moments, whether answered or not, with health checks in between; then silence, and how soon all is well. Each latency
// counts from when its request was due, so that nobody waits uncounted.

import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { withEchoServer } from "./echo-server.ts";
import { type Figure, figuresFrom } from "./figure.ts";
import { type Outcome, prepare, sendAtRate, sendOverNew } from "./loops.ts";
import type { PingOrder, PingResult } from "./ping-process.ts";
import { cpuSecondsOf, residentBytesOf } from "./process-usage.ts";
import { createRequestMaker, type RequestMaker } from "./requests.ts";
import type { ServerProcess } from "./server-process.ts";
import { quantile } from "./statistics.ts";
import { Wire } from "./wire.ts";

const ROUNDS = 5;
const DEFAULT_SECONDS = 20;
const TIMES_CAPACITY = 5;
const PINGS_PER_SECOND = 20;
/** A server takes 5,000. */
const CONNECTIONS = 2_000;

/** Those of the flood cannot take them. */
const PING_CONNECTIONS = 100;

/** Who finds no connection free for so long goes away. */
const PATIENCE_MS = 1_000;

const WARM_UP = 12_000;
const CAPACITY_REQUESTS = 6_000;
/** More than there are places for unwraps, so that the server is never idle. */
const UNDER_WAY = 64;

const BURST = 400;
const SIDE = 3_000;

/** All is well again when so many in a row, one every so often, were answered so soon. */
const WELL = { requests: 20, everyMs: 10, withinMs: 50 } as const;
const WELL_WITHIN_MS = 30_000;

const MEBIBYTE = 1024 * 1024;

type Flood = {
  readonly capacity: number;
  /** Answered 200, as a share of the capacity. */
  readonly goodput: number;
  /** The same for each second of the server's processor time: the generator took the rest of the machine. */
  readonly goodputPerCpu: number;
  /** Found a connection; of all that were due. */
  readonly sent: number;
  readonly refused: number;
  /** Neither answered nor refused. */
  readonly lost: number;
  readonly pingsAnswered: number;
  readonly pingP99Ms: number;
  readonly slowestMs: number;
  readonly lateP99Ms: number;
  readonly grownBytes: number;
  readonly recoveryMs: number;
};

type Burst = {
  readonly answered: number;
  readonly slowestMs: number;
  readonly loopDelayMs: number;
};

type Round = { readonly flood: Flood; readonly burst: Burst; readonly unsignedShare: number };

/** @param seconds how long each flood lasts */
export async function measureAdmission(
  note: (progress: string) => void,
  seconds: number = DEFAULT_SECONDS,
): Promise<readonly Figure[]> {
  return withEchoServer({}, async (server, _makeVisits, secrets) => {
    const make = await createRequestMaker(secrets);
    const rounds: Round[] = [];
    await sendClosed(server, prepare(WARM_UP, make.exchange));
    for (let i = 1; i <= ROUNDS; i += 1) {
      const flood = await measureFlood(server, make, seconds);
      const burst = await measureBurst(server, make);
      const unsignedShare = await measureUnsigned(server, make);
      rounds.push({ flood, burst, unsignedShare });
      note(
        `round ${i} of ${ROUNDS}: ${flood.capacity.toFixed(0)}/s at most, then ` +
          `${(flood.goodput * 100).toFixed(0)} % of it, pings p99 ${flood.pingP99Ms.toFixed(0)} ms`,
      );
    }
    return figuresOf(rounds, seconds);
  });
}

async function measureFlood(
  server: ServerProcess,
  make: RequestMaker,
  seconds: number,
): Promise<Flood> {
  const { perSecond: capacity, cpuSeconds } = await sendClosed(
    server,
    prepare(CAPACITY_REQUESTS, make.exchange),
  );
  const rate = capacity * TIMES_CAPACITY;
  const requests = prepare(rate * seconds, make.exchange);
  const wire = new Wire(server.url, CONNECTIONS, PATIENCE_MS);
  await wire.connect(CONNECTIONS);
  const [residentBefore, cpuBefore] = [residentBytesOf(server.pid), cpuSecondsOf(server.pid)];
  const pinger = await startPinger(server.url, prepare(PINGS_PER_SECOND * seconds, make.ping));
  const startedMs = performance.now();
  const [outcomes, pinged] = await Promise.all([sendAtRate(wire, rate, requests), pinger.send()]);
  const elapsedSeconds = (performance.now() - startedMs) / 1000;
  const floodCpu = cpuSecondsOf(server.pid) - cpuBefore;
  const grownBytes = residentBytesOf(server.pid) - residentBefore;
  wire.close();
  const recoveryMs = await measureRecovery(server, make);
  const sent = outcomes.filter(({ status }) => status !== null);
  const good = outcomes.filter(isGood).length;
  return {
    capacity,
    goodput: good / elapsedSeconds / capacity,
    goodputPerCpu: good / floodCpu / (CAPACITY_REQUESTS / cpuSeconds),
    sent: sent.length / outcomes.length,
    refused: sent.filter(({ status }) => status === 503).length / sent.length,
    lost: sent.filter(({ status }) => status !== 200 && status !== 503).length,
    pingsAnswered: pinged.filter(isGood).length / pinged.length,
    pingP99Ms: quantile(latenciesOf(pinged), 0.99),
    slowestMs: quantile(latenciesOf([...sent, ...pinged]), 1),
    lateP99Ms: quantile(
      outcomes.map(({ lateMs }) => lateMs),
      0.99,
    ),
    grownBytes,
    recoveryMs,
  };
}

type Pinger = { readonly send: () => Promise<PingResult> };

/** Resolves when it has its connections. */
async function startPinger(url: string, pings: readonly Buffer[]): Promise<Pinger> {
  const child = fork(new URL("./ping-process.ts", import.meta.url), { serialization: "advanced" });
  const order: PingOrder = {
    url,
    pings,
    perSecond: PINGS_PER_SECOND,
    connections: PING_CONNECTIONS,
  };
  child.send(order);
  await once(child, "message");
  return {
    send: async () => {
      child.send("go");
      // What ping-process.ts sends.
      const [result] = (await once(child, "message")) as [PingResult];
      child.disconnect();
      return result;
    },
  };
}

/** @returns milliseconds from now to the first of a row of answers that all came soon */
async function measureRecovery(server: ServerProcess, make: RequestMaker): Promise<number> {
  const wire = new Wire(server.url, 1);
  const startedMs = performance.now();
  let wellSinceMs = startedMs;
  let inARow = 0;
  while (inARow < WELL.requests) {
    const sentMs = performance.now();
    if (sentMs - startedMs > WELL_WITHIN_MS) throw new Error("the server did not recover");
    const status = await wire.send(make.exchange());
    const isWell = status === 200 && performance.now() - sentMs <= WELL.withinMs;
    if (isWell && inARow === 0) wellSinceMs = sentMs;
    inARow = isWell ? inARow + 1 : 0;
    await delay(WELL.everyMs);
  }
  wire.close();
  return wellSinceMs - startedMs;
}

/** As many people as there are seats in a theatre, all in one moment. */
async function measureBurst(server: ServerProcess, make: RequestMaker): Promise<Burst> {
  const requests = prepare(BURST, make.exchange);
  const wire = new Wire(server.url, BURST);
  await wire.connect(BURST);
  await server.readMetrics(); // event loop delay is told since the last look
  const startedMs = performance.now();
  const answers = requests.map(async (request) => {
    const status = await wire.send(request);
    return { status, latencyMs: performance.now() - startedMs, lateMs: 0 };
  });
  const outcomes = await Promise.all(answers);
  const metrics = await server.readMetrics();
  wire.close();
  return {
    answered: outcomes.filter(isGood).length / BURST,
    slowestMs: quantile(latenciesOf(outcomes), 1),
    loopDelayMs: (metrics.get("nodejs_eventloop_lag_max_seconds") ?? NaN) * 1000,
  };
}

/** @returns processor time of requests whose signature is wrong, as a share of that of as many signed ones */
async function measureUnsigned(server: ServerProcess, make: RequestMaker): Promise<number> {
  const { cpuSeconds: signed } = await sendClosed(server, prepare(SIDE, make.exchange));
  const wire = new Wire(server.url, UNDER_WAY);
  const before = cpuSecondsOf(server.pid);
  const left = prepare(SIDE, make.unsigned).values();
  const work = async (): Promise<void> => {
    for (const request of left) await wire.send(request);
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, work));
  wire.close();
  return (cpuSecondsOf(server.pid) - before) / signed;
}

async function sendClosed(
  server: ServerProcess,
  requests: readonly Buffer[],
): Promise<{ readonly perSecond: number; readonly cpuSeconds: number }> {
  const before = cpuSecondsOf(server.pid);
  const { perSecond } = await sendOverNew(server.url, UNDER_WAY, requests);
  return { perSecond, cpuSeconds: cpuSecondsOf(server.pid) - before };
}

function isGood({ status }: Outcome): boolean {
  return status === 200;
}

function latenciesOf(outcomes: readonly Outcome[]): readonly number[] {
  return outcomes.map(({ latencyMs }) => latencyMs);
}

function figuresOf(rounds: readonly Round[], seconds: number): readonly Figure[] {
  const figure = figuresFrom(rounds, "admission");
  return [
    figure("capacity", "capacity", "/s", ({ flood }) => flood.capacity),
    figure(
      "goodput",
      `answered 200 during ${seconds} s of ${TIMES_CAPACITY} times that, of the capacity`,
      "%",
      ({ flood }) => flood.goodput * 100,
    ),
    figure(
      "goodputPerCpu",
      "the same for each second of the server's processor time",
      "%",
      ({ flood }) => flood.goodputPerCpu * 100,
    ),
    figure("sent", "found a connection within a second", "%", ({ flood }) => flood.sent * 100),
    figure("refused", "of those, refused with 503", "%", ({ flood }) => flood.refused * 100),
    figure("lost", "of those, neither 200 nor 503", "", ({ flood }) => flood.lost),
    figure("pings", "pings answered 200", "%", ({ flood }) => flood.pingsAnswered * 100),
    figure("pingP99", "pings, p99", "ms", ({ flood }) => flood.pingP99Ms),
    figure("slowest", "slowest answer of all", "ms", ({ flood }) => flood.slowestMs),
    figure("late", "lateness of the generator in that, p99", "ms", ({ flood }) => flood.lateP99Ms),
    figure("grown", "resident memory gained", "MiB", ({ flood }) => flood.grownBytes / MEBIBYTE),
    figure("recovery", "well again after", "ms", ({ flood }) => flood.recoveryMs),
    figure(
      "burstAnswered",
      `${BURST} at once: answered 200`,
      "%",
      ({ burst }) => burst.answered * 100,
    ),
    figure(
      "burstSlowest",
      `${BURST} at once: the last after`,
      "ms",
      ({ burst }) => burst.slowestMs,
    ),
    figure(
      "burstLoopDelay",
      `${BURST} at once: event loop delay, longest`,
      "ms",
      ({ burst }) => burst.loopDelayMs,
    ),
    figure(
      "unsigned",
      "CPU of a wrong signature ÷ of an exchange",
      "%",
      (round) => round.unsignedShare * 100,
    ),
  ];
}
