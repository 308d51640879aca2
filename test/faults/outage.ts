// One long outage of the database under load: what webhooks and pings are answered meanwhile, and how soon all is well
// again once it is back, without a restart of the server.

import { setTimeout as delay } from "node:timers/promises";
import { createPhone } from "../helpers/phone.ts";
import { mintLedgerToken } from "./campaign.ts";
import { PRODUCT } from "./candidates.ts";
import { publicKey, SECRETS } from "./instance.ts";
import { type Answer, Meta } from "./meta.ts";
import { createRandom } from "./random.ts";
import { reconcile, type Violation } from "./reconcile.ts";
import { layGround, setStage, untilIdle } from "./stage.ts";

export type OutageReport = {
  readonly outageSeconds: number;
  /** POSTs begun during the outage, by status. */
  readonly statuses: ReadonlyMap<Answer["status"], number>;
  readonly slowestMs: number;
  /** From when Postgres accepted connections again to the first 200. */
  readonly recoveredAfterMs: number;
  readonly pings: number;
  readonly pingsAnswered: number;
  readonly slowestPingMs: number;
  /** Instances that ended. */
  readonly deaths: number;
  readonly messages: number;
  readonly violations: readonly Violation[];
};

const NOTIFICATIONS_PER_SECOND = 25;
const BEFORE_MS = 5_000;
const AFTER_MS = 10_000;
const QUIET_LIMIT_MS = 120_000;
const PING_EVERY_MS = 500;

export async function runOutage(
  outageSeconds: number,
  seed: number,
  note: (progress: string) => void,
): Promise<OutageReport> {
  const random = createRandom(seed);
  const ground = await layGround(PRODUCT);
  await using postgres = ground.postgres;
  await using stage = await setStage(PRODUCT, ground, null);
  await Promise.all(stage.nodes.map(({ instance }) => instance.start()));
  const pids = stage.nodes.map(({ instance }) => instance.pid);
  const answers: Answer[] = [];
  const balance = random.fork();
  const meta = new Meta({
    random: random.fork(),
    pickUrl: () => balance.pick([...stage.nodes]).instance.url,
    flowToken: mintLedgerToken(),
    notificationsPerSecond: NOTIFICATIONS_PER_SECOND,
    brokenWays: 0,
    onAnswer: (answer) => answers.push(answer),
  });
  meta.start();
  await delay(BEFORE_MS);

  note("Postgres stops");
  await postgres.crash("immediate");
  const stoppedMs = performance.now();
  const back = new AbortController();
  const pinging = pingUntil(
    back.signal,
    stage.nodes.map(({ instance }) => instance.url),
  );
  await delay(outageSeconds * 1_000);
  const returningMs = performance.now();
  await postgres.restart();
  const backMs = performance.now();
  note("Postgres is back");
  await delay(AFTER_MS);
  back.abort();
  const pings = await pinging;
  await meta.finish(QUIET_LIMIT_MS);
  await untilIdle(stage, QUIET_LIMIT_MS);

  const during = answers.filter(
    ({ atMs, durationMs }) => atMs - durationMs >= stoppedMs && atMs <= returningMs,
  );
  const firstMs = answers
    .filter(({ status, atMs }) => status === 200 && atMs > returningMs)
    .reduce((first, { atMs }) => Math.min(first, atMs), Infinity);
  const { sent, acked } = meta;
  const { forwarded, unsigned } = stage.receiver;
  return {
    outageSeconds,
    statuses: countStatuses(during),
    slowestMs: Math.max(0, ...during.map(({ durationMs }) => durationMs)),
    recoveredAfterMs: Math.max(0, firstMs - backMs),
    ...pings,
    deaths:
      stage.nodes.filter(({ instance }, at) => instance.pid !== pids[at]).length +
      stage.nodes.reduce((sum, { instance }) => sum + instance.ownDeaths, 0),
    messages: sent.size,
    violations: reconcile({ sent, acked, forwarded, unsigned, ...(await stage.readDatabase()) }),
  };
}

type Pings = Pick<OutageReport, "pings" | "pingsAnswered" | "slowestPingMs">;

async function pingUntil(signal: AbortSignal, urls: readonly string[]): Promise<Pings> {
  const phone = createPhone(publicKey, SECRETS.WHATSAPP_APP_SECRET);
  const durationsMs: number[] = [];
  let pings = 0;
  while (!signal.aborted) {
    for (const url of urls) {
      pings++;
      const { headers, body, decrypt } = phone.request({ version: "3.0", action: "ping" });
      const startedMs = performance.now();
      const response = await fetch(`${url}/flows/ledger`, {
        method: "POST",
        headers,
        body: new Uint8Array(body),
      }).catch(() => null);
      const text = (await response?.text().catch(() => null)) ?? "";
      if (response?.status !== 200 || !decrypt(text).includes('"active"')) continue;
      durationsMs.push(performance.now() - startedMs);
    }
    await delay(PING_EVERY_MS);
  }
  return { pings, pingsAnswered: durationsMs.length, slowestPingMs: Math.max(0, ...durationsMs) };
}

function countStatuses(answers: readonly Answer[]): ReadonlyMap<Answer["status"], number> {
  const counts = new Map<Answer["status"], number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

/** Contract: 503 within two seconds. Promise: well again within five, without a restart. */
const ANSWER_WITHIN_MS = 2_000;
const RECOVER_WITHIN_MS = 5_000;

/** @returns what was promised and not kept, in words */
export function findOutageFailures(report: OutageReport): readonly string[] {
  const others = [...report.statuses.keys()].filter((status) => status !== 503);
  return [
    ...(report.statuses.has(503) ? [] : ["nothing was answered 503 during the outage"]),
    ...others.map((status) => `answered ${status} during the outage`),
    ...(report.slowestMs > ANSWER_WITHIN_MS ? ["an answer took longer than 2 s"] : []),
    ...(report.recoveredAfterMs > RECOVER_WITHIN_MS ? ["no 200 within 5 s of its return"] : []),
    ...(report.pingsAnswered < report.pings ? ["a ping was not answered"] : []),
    ...(report.deaths > 0 ? ["an instance ended"] : []),
    ...report.violations.map(({ kind, id }) => `${kind} ${id}`),
  ];
}
