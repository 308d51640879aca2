// Something that the instances need goes away under load and comes back: Redis, Postgres, one of the instances. What its
// users see is written down second by second; then the reckoning.

import { setTimeout as delay } from "node:timers/promises";
import { type Cluster, openCluster } from "./cluster.ts";
import { type Answer, type Kind, Load, type Outcome } from "./load.ts";
import { findLasting, type Reckoning, reckon } from "./reckon.ts";

export const EVENTS = ["redis", "postgres", "freeze"] as const;

/** `redis` and `postgres`: killed, and started again. `freeze`: one instance gets SIGSTOP, later SIGCONT. */
export type Event = (typeof EVENTS)[number];

export type EventOptions = {
  readonly instances: number;
  readonly requestsPerSecond: number;
  /** Before, and during; afterwards it lasts until all has been well for as long as before. */
  readonly beforeMs: number;
  readonly awayMs: number;
  readonly note: (progress: string) => void;
};

export type EventReport = {
  readonly event: Event;
  readonly seconds: readonly Second[];
  /** Of the requests sent while it was away: how many got each outcome. */
  readonly during: ReadonlyMap<string, number>;
  /** Longest time without a single good answer. */
  readonly longestGapMs: number;
  readonly slowestMs: number;
  /** From its return to when the last request was sent that was not answered well; 0: none was after it. */
  readonly recoveredAfterMs: number;
  /** Requests and outcomes that must not be, whatever is away. */
  readonly wrong: readonly string[];
  readonly reckoning: Reckoning;
};

/** Of the requests sent in one second, seen from when it went away. */
export type Second = {
  readonly at: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowestMs: number;
};

/** What each kind of request may be answered besides 200 while something is away. */
const ALLOWED: Readonly<Record<Event, Readonly<Record<Kind, readonly Outcome[]>>>> = {
  redis: { ping: [], effect: [], completion: [] },
  postgres: { ping: [], effect: ["snackbar"], completion: [503] },
  // Those that it holds: nobody can tell a frozen instance from a slow one until somebody's patience ends.
  freeze: {
    ping: ["silence", 504],
    effect: ["silence", 504],
    completion: ["silence", 504],
  },
};

const RECOVERY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

export async function runEvent(event: Event, options: EventOptions): Promise<EventReport> {
  const { beforeMs, awayMs, note } = options;
  await using cluster = await openCluster({ ...options, redis: true });
  await using load = new Load(cluster.url, options);
  load.start();
  await delay(beforeMs);
  note(`${event}: away`);
  const goneMs = performance.now();
  const comeBack = await take(event, cluster);
  await delay(awayMs);
  await comeBack();
  const backMs = performance.now();
  note(`${event}: back`);
  await untilWell(load, backMs, beforeMs);
  await load.stop();
  await cluster.untilIdle();

  const { databaseUrl, ownDeaths } = cluster;
  const answers = load.answers.toSorted((a, b) => a.startedMs - b.startedMs);
  const lastBad = answers.findLast((answer) => !isGood(answer));
  return {
    event,
    seconds: bySecond(answers, goneMs),
    during: countOutcomes(
      answers.filter(({ startedMs }) => startedMs >= goneMs && startedMs < backMs),
    ),
    longestGapMs: findLongestGap(answers),
    slowestMs: Math.max(0, ...answers.map(({ ms }) => ms)),
    recoveredAfterMs: Math.max(0, (lastBad?.startedMs ?? 0) - backMs),
    wrong: [...new Set(answers.filter((one) => !isAllowed(event, one)).map(nameOf))],
    reckoning: await reckon(databaseUrl, load, { exits: [], ownDeaths }),
  };
}

/** @returns what was promised and not kept, in words */
export function findBrokenInEvent({ wrong, reckoning }: EventReport): readonly string[] {
  return [...wrong.map((name) => `answered: ${name}`), ...findLasting(reckoning)];
}

/** @returns brings it back */
async function take(event: Event, cluster: Cluster): Promise<() => Promise<void>> {
  switch (event) {
    case "redis": {
      const { redis } = cluster;
      if (redis === null) throw new Error("there is no Redis to take away");
      await redis.kill();
      return () => redis.start();
    }
    case "postgres":
      await cluster.postgres.crash("all");
      return () => cluster.postgres.restart();
    case "freeze": {
      const [instance] = cluster.instances;
      if (instance === undefined) throw new Error("there is no instance to freeze");
      instance.freeze();
      return async () => instance.thaw();
    }
  }
}

/**
 * Until everything that was sent in `forMs` was answered well.
 *
 * @throws Error when that takes over a minute
 */
async function untilWell(load: Load, sinceMs: number, forMs: number): Promise<void> {
  const deadline = AbortSignal.timeout(RECOVERY_LIMIT_MS);
  while (!deadline.aborted) {
    await delay(LOOK_EVERY_MS);
    const lastBadMs = load.answers
      .filter((answer) => !isGood(answer))
      .reduce((last, { startedMs }) => Math.max(last, startedMs), sinceMs);
    if (performance.now() - lastBadMs > forMs && load.oldestUnderWayMs > lastBadMs) return;
  }
  throw new Error("it was not well again within a minute");
}

function isGood({ outcome, refetched }: Answer): boolean {
  return outcome === 200 && !refetched;
}

function isAllowed(event: Event, answer: Answer): boolean {
  return (
    isGood(answer) || (!answer.refetched && ALLOWED[event][answer.kind].includes(answer.outcome))
  );
}

function nameOf({ kind, outcome, refetched }: Answer): string {
  return `${kind} ${refetched ? "421, then " : ""}${outcome}`;
}

function countOutcomes(answers: readonly Answer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of answers) {
    counts.set(String(outcome), (counts.get(String(outcome)) ?? 0) + 1);
  }
  return counts;
}

function bySecond(answers: readonly Answer[], zeroMs: number): readonly Second[] {
  const groups = Map.groupBy(answers, ({ startedMs }) => Math.floor((startedMs - zeroMs) / 1_000));
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([at, group]) => ({
      at,
      outcomes: countOutcomes(group),
      slowestMs: Math.max(...group.map(({ ms }) => ms)),
    }));
}

function findLongestGap(answers: readonly Answer[]): number {
  const goodMs = answers
    .filter(isGood)
    .map(({ startedMs, ms }) => startedMs + ms)
    .toSorted((a, b) => a - b);
  return goodMs.reduce(
    (longest, atMs, index) => Math.max(longest, atMs - (goodMs[index - 1] ?? atMs)),
    0,
  );
}
