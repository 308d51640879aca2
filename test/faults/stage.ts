// Everything that a fault test needs, and nothing that is not real: a Postgres of its own, a proxy to it for each of the
// server instances, the instances, and a receiver of what they pass on.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { z } from "zod";
import { createLogger } from "../../src/app/telemetry/logger.ts";
import { migrateAll } from "../../src/app/operations/operations.ts";
import { loadHandlers } from "../../src/flows/load-handlers.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { listJobs, retryJobs } from "../../src/storage/jobs.ts";
import { removeWithUs } from "../helpers/end-with-us.ts";
import { type Postgres, type PostgresOptions, runOn, startPostgres } from "../helpers/postgres.ts";
import { type PostgresProxy, startPostgresProxy } from "../helpers/postgres-proxy.ts";
import { createInstance, type Instance, SECRETS } from "./instance.ts";
import type { Random } from "./random.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import type { Evidence } from "./reconcile.ts";

const HANDLERS_DIR = fileURLToPath(new URL("flows", import.meta.url));

/** A server to be put to the test: the real one, or a control, which is broken in a way that must be noticed. */
export type Candidate = {
  readonly name: string;
  /** Arguments for node that start it; absent: the real command. */
  readonly command?: readonly string[];
  /** How its Postgres is run. */
  readonly postgres?: PostgresOptions;
};

/** An instance and its way to the database. */
export type Node = { readonly instance: Instance; readonly proxy: PostgresProxy };

export interface Stage {
  readonly postgres: Postgres;
  readonly nodes: readonly [Node, Node];
  readonly receiver: Receiver;
  /** What the database has, read past the proxies. */
  readDatabase(): Promise<Pick<Evidence, "stored" | "effects">>;
  /** Jobs of completions that are neither done nor given up. */
  countJobs(): Promise<number>;
  /** Makes jobs that wait for their next attempt due now. */
  hurryJobs(): Promise<void>;
  /**
   * Has jobs that were given up run again, as `flowpoint jobs retry` does, where giving up was right: the handler throws,
   * each time by chance, and did so once too often. Whatever else was given up stays so, and is missed in the end.
   *
   * @returns how many
   */
  retryDead(): Promise<number>;
  /** Makes the jobs of instances that are gone look as long abandoned as they soon will be. */
  ageJobs(): Promise<void>;
  /** Ends everything but Postgres. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A Postgres, and a database on it with the tables of the server and of the ledger. */
export type Ground = { readonly postgres: Postgres; readonly databaseUrl: string };

/** Starts a Postgres of the candidate's own. Whoever has it stops it. */
export async function layGround(candidate: Candidate): Promise<Ground> {
  const postgres = await startPostgres(candidate.postgres);
  try {
    const databaseUrl = await postgres.createDatabase();
    await prepare(databaseUrl);
    return { postgres, databaseUrl };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/**
 * Sets everything up on a database; the instances are yet to be started.
 *
 * @param random  for the receiver's moods; `null`: it behaves
 */
export async function setStage(
  { command }: Candidate,
  { postgres, databaseUrl }: Ground,
  random: Random | null,
): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-faults-"));
  const unwatch = removeWithUs(folder);
  parts.defer(async () => {
    await rm(folder, { recursive: true, force: true });
    unwatch();
  });
  const receiver = await startReceiver(SECRETS.FORWARD_SECRET, random);
  parts.defer(() => receiver.stop());
  const createNode = async (name: string): Promise<Node> => {
    const proxy = await startPostgresProxy(databaseUrl);
    parts.defer(() => proxy.stop());
    const env = {
      DATABASE_URL: proxy.url,
      HANDLERS_DIR,
      KEYS_DIR: path.join(folder, "keys"),
      DATA_DIR: path.join(folder, name),
      FORWARD_URL: receiver.url,
    };
    const instance = createInstance(env, command);
    parts.defer(() => instance.kill());
    return { proxy, instance };
  };
  const nodes = [await createNode("one"), await createNode("other")] as const;
  const query = <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    runOn(databaseUrl, async (client) => (await client.query<Row>(text)).rows);
  const owned = parts.move();

  return {
    postgres,
    nodes,
    receiver,
    readDatabase: async () => ({
      stored: await query<{ id: string; messageId: string }>(
        'select id, message_id as "messageId" from flowpoint_server.completions',
      ),
      effects: (await query<{ completion: string }>("select completion from ledger.effects")).map(
        ({ completion }) => completion,
      ),
    }),
    countJobs: async () => {
      const rows = await query<{ count: number }>(
        `select count(*)::int as count from flowpoint_jobs.job
         where name in ('completion', 'forward') and state <> 'failed'`,
      );
      return rows[0]?.count ?? 0;
    },
    hurryJobs: async () => {
      await query("update flowpoint_jobs.job set start_after = now() where state = 'retry'");
    },
    retryDead: async () => {
      const database = await openDatabase(
        { kind: "postgres", url: databaseUrl, poolMax: 2 },
        createLogger("fatal"),
      );
      try {
        const rows = await query<{ id: string; message: string }>(
          "select id, message from flowpoint_server.completions where state = 'dead'",
        );
        const ids = rows.filter(({ message }) => hasThrowingHandler(message)).map(({ id }) => id);
        const dead = await listJobs(database, { queue: "completion", state: "dead", ids }, 10_000);
        return await retryJobs(database, dead);
      } finally {
        await database.stop();
      }
    },
    ageJobs: async () => {
      await query(
        `update flowpoint_jobs.job set heartbeat_on = heartbeat_on - interval '1 minute'
         where state = 'active'`,
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function prepare(url: string): Promise<void> {
  const database = await openDatabase({ kind: "postgres", url, poolMax: 2 }, createLogger("fatal"));
  await migrateAll(database, await loadHandlers(HANDLERS_DIR, "refuse"));
  await database.stop();
  // Whatever becomes of commits later on, the tables themselves are there to stay.
  await runOn(url, (client) => client.query("checkpoint"));
}

const LOOK_EVERY_MS = 200;

/**
 * Waits until every job is done or given up. A slow machine may take its time; jobs that no longer move may not.
 *
 * @param standstillMs  without a job fewer after so long, nothing will happen any more
 * @returns jobs that are left then
 */
export async function untilIdle(stage: Stage, standstillMs: number): Promise<number> {
  let fewest = Infinity;
  let fewerAtMs = performance.now();
  for (;;) {
    const left = await stage.countJobs();
    if (left < fewest) {
      fewest = left;
      fewerAtMs = performance.now();
    }
    if (left === 0 || performance.now() - fewerAtMs > standstillMs) return left;
    await stage.hurryJobs();
    await delay(LOOK_EVERY_MS);
  }
}

const LEDGER_MESSAGE = z.object({
  interactive: z.object({ nfm_reply: z.object({ response_json: z.string() }) }),
});

/** Whether the ledger's handler throws at it by chance. */
function hasThrowingHandler(message: string): boolean {
  const { response_json } = LEDGER_MESSAGE.parse(JSON.parse(message)).interactive.nfm_reply;
  return z.object({ mood: z.string() }).parse(JSON.parse(response_json)).mood === "throws";
}
