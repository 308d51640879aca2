// One campaign: load, faults, a quiet time in which all is well, and then the reckoning.

import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { flow } from "./flows/ledger/contract.gen.ts";
import { SECRETS } from "./instance.ts";
import { Meta } from "./meta.ts";
import { type Fault, Nemesis } from "./nemesis.ts";
import { createRandom } from "./random.ts";
import { reconcile, type Violation } from "./reconcile.ts";
import { type Candidate, layGround, setStage, type Stage, untilIdle } from "./stage.ts";

export type CampaignOptions = {
  readonly candidate: Candidate;
  readonly seed: number;
  readonly kills: number;
  /** Longest time for the faults. */
  readonly limitMs: number;
  readonly note: (progress: string) => void;
};

export type CampaignReport = {
  readonly name: string;
  readonly faults: ReadonlyMap<Fault, number>;
  readonly seconds: number;
  readonly messages: number;
  readonly posts: number;
  readonly duplicates: number;
  readonly acked: number;
  readonly stored: number;
  readonly effects: number;
  /** Messages that the receiver has, and how often it was sent them. */
  readonly forwarded: number;
  readonly forwards: number;
  /** Instances that ended without being told to. */
  readonly ownDeaths: number;
  readonly jobsLeft: number;
  /** Times that a job was given up after its handler threw each time, and run again by hand. */
  readonly retried: number;
  readonly violations: readonly Violation[];
};

const NOTIFICATIONS_PER_SECOND = 25;
const BROKEN_WAYS = 0.03;

/** For what is not yet acknowledged when the faults are over, and for the queue to stand still before it is given up. */
const QUIET_LIMIT_MS = 120_000;

/** Of jobs that were given up: half of the attempts at a handler that throws succeed. */
const MOST_RETRIES = 30;

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { candidate, seed, kills, limitMs, note } = options;
  const random = createRandom(seed);
  const ground = await layGround(candidate);
  await using parts = new AsyncDisposableStack();
  parts.use(ground.postgres);
  const stage = parts.use(await setStage(candidate, ground, random.fork()));
  const startedMs = performance.now();
  await Promise.all(stage.nodes.map(({ instance }) => instance.start()));
  const balance = random.fork();
  const meta = new Meta({
    random: random.fork(),
    pickUrl: () => balance.pick([...stage.nodes]).instance.url,
    flowToken: mintLedgerToken(),
    notificationsPerSecond: NOTIFICATIONS_PER_SECOND,
    brokenWays: BROKEN_WAYS,
  });
  const nemesis = new Nemesis(stage, random.fork());
  meta.start();
  await nemesis.rage(kills, AbortSignal.timeout(limitMs), () => {
    if (nemesis.kills % 10 === 0)
      note(`${nemesis.kills} kills, ${meta.acked.size} messages acknowledged`);
  });
  note("a quiet time");
  stage.receiver.behave();
  await meta.finish(QUIET_LIMIT_MS);
  const queue = await workOff(stage);
  return await takeStock(candidate.name, stage, meta, nemesis, { startedMs, ...queue });
}

/** Until nothing is left and nothing given up, or for so many rounds. */
async function workOff(stage: Stage): Promise<{ jobsLeft: number; retried: number }> {
  let retried = 0;
  for (let round = 1; ; round += 1) {
    const jobsLeft = await untilIdle(stage, QUIET_LIMIT_MS);
    const dead = round > MOST_RETRIES ? 0 : await stage.retryDead();
    if (jobsLeft > 0 || dead === 0) return { jobsLeft, retried };
    retried += dead;
  }
}

export function mintLedgerToken(): string {
  return createFlowTokens([SECRETS.FLOW_TOKEN_SECRET]).mint({
    flow: flow.name,
    expiresAtSeconds: 4_102_444_800,
    id: "of-the-fault-tests",
    contractHash: flow.contractHash,
    claims: {},
  });
}

async function takeStock(
  name: string,
  stage: Stage,
  meta: Meta,
  nemesis: Nemesis,
  {
    startedMs,
    jobsLeft,
    retried,
  }: { readonly startedMs: number; readonly jobsLeft: number; readonly retried: number },
): Promise<CampaignReport> {
  const { sent, acked } = meta;
  const { forwarded, unsigned } = stage.receiver;
  const { stored, effects } = await stage.readDatabase();
  return {
    name,
    faults: nemesis.counts,
    seconds: Math.round((performance.now() - startedMs) / 1_000),
    messages: sent.size,
    posts: meta.posts,
    duplicates: meta.duplicates,
    acked: acked.size,
    stored: stored.length,
    effects: effects.length,
    forwarded: new Set(forwarded.map(({ messageId }) => messageId)).size,
    forwards: forwarded.length,
    ownDeaths: stage.nodes.reduce((sum, { instance }) => sum + instance.ownDeaths, 0),
    jobsLeft,
    retried,
    violations: reconcile({ sent, acked, stored, effects, forwarded, unsigned }),
  };
}
