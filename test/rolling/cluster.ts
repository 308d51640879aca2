// Several instances as they are run in production, with nothing that is not real: nginx before them, one Postgres behind,
// a Redis if asked for.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { migrateAll } from "../../src/app/operations/operations.ts";
import { createLogger } from "../../src/app/telemetry/logger.ts";
import { loadHandlers } from "../../src/flows/load-handlers.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createInstance, type Instance } from "../faults/instance.ts";
import { removeWithUs } from "../helpers/end-with-us.ts";
import { freePort } from "../helpers/free-port.ts";
import { type Nginx, startNginx } from "../helpers/nginx.ts";
import { type Postgres, runOn, startPostgres } from "../helpers/postgres.ts";
import { type RedisServer, startRedis } from "../helpers/redis.ts";

export const FIXTURE_FLOWS = fileURLToPath(new URL("../helpers/fixture-flows", import.meta.url));

/** As an instance is given in production, and less: a balancer that is not told needs none. */
const SHUTDOWN_DELAY_MS = "200";

/** Longest wait for the jobs of what was acknowledged. */
const IDLE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 200;

export type ClusterOptions = {
  readonly instances: number;
  readonly redis: boolean;
  /** Further settings of every instance. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What has to be in an instance's folder before it starts. */
  readonly beforeStart?: (folder: string) => Promise<void>;
};

export interface Cluster {
  /** nginx. */
  readonly url: string;
  readonly instances: readonly Instance[];
  readonly postgres: Postgres;
  readonly redis: RedisServer | null;
  readonly databaseUrl: string;
  /** Of each instance, in their order. */
  readonly folders: readonly string[];
  /** Instances that ended without being told to. */
  readonly ownDeaths: number;
  /** Resolves when no completion waits for being processed, or after a minute. */
  untilIdle(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts everything. Whoever called ends it. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-rolling-"));
  const unwatch = removeWithUs(folder);
  parts.defer(async () => {
    await rm(folder, { recursive: true, force: true });
    unwatch();
  });
  // A machine that crashes is none of what happens here.
  const postgres = parts.use(await startPostgres({ durable: false }));
  const databaseUrl = await postgres.createDatabase();
  await prepare(databaseUrl);
  const redis = options.redis ? parts.use(await startRedis()) : null;
  const instances: Instance[] = [];
  const folders: string[] = [];
  const servers: string[] = [];
  for (let index = 0; index < options.instances; index++) {
    const port = await freePort();
    const own = path.join(folder, String(index));
    const instance = createInstance({
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      HANDLERS_DIR: FIXTURE_FLOWS,
      KEYS_DIR: path.join(own, "keys"),
      DATA_DIR: own,
      RATE_LIMIT_PER_SECOND: "100000",
      SHUTDOWN_DELAY_MS,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      ...options.settings,
    });
    parts.defer(() => instance.kill());
    await options.beforeStart?.(own);
    await instance.start();
    instances.push(instance);
    folders.push(own);
    servers.push(`127.0.0.1:${port}`);
  }
  const nginx: Nginx = await startNginx(servers);
  parts.defer(() => nginx.stop());
  const all = parts.move();
  return {
    url: nginx.url,
    instances,
    postgres,
    redis,
    databaseUrl,
    folders,
    get ownDeaths() {
      return instances.reduce((sum, instance) => sum + instance.ownDeaths, 0);
    },
    untilIdle: () => untilIdle(databaseUrl),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function prepare(url: string): Promise<void> {
  const database = await openDatabase({ kind: "postgres", url, poolMax: 2 }, createLogger("fatal"));
  await migrateAll(database, await loadHandlers(FIXTURE_FLOWS, "refuse"));
  await database.stop();
}

async function untilIdle(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(IDLE_LIMIT_MS);
  while (!deadline.aborted) {
    const { rows } = await runOn(url, (client) =>
      client.query("select 1 from flowpoint_jobs.job where name = 'completion' limit 1"),
    );
    if (rows.length === 0) return;
    await delay(LOOK_EVERY_MS);
  }
}
