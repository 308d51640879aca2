// Rolling restarts under load, with nothing that is not real: several instances behind nginx, one Postgres, a Redis if
// asked for. Each instance in turn gets SIGTERM and is started again while requests go on; then the reckoning.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { createLogger } from "../../src/app/telemetry/logger.ts";
import { migrateAll } from "../../src/app/operations/operations.ts";
import { loadHandlers } from "../../src/flows/load-handlers.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createInstance, type Instance } from "../faults/instance.ts";
import { removeWithUs } from "../helpers/end-with-us.ts";
import { freePort } from "../helpers/free-port.ts";
import { startNginx } from "../helpers/nginx.ts";
import { runOn, startPostgres } from "../helpers/postgres.ts";
import { startRedis } from "../helpers/redis.ts";

import { Load } from "./load.ts";
import { type Reckoning, reckon } from "./reckon.ts";

const FIXTURE_FLOWS = fileURLToPath(new URL("../helpers/fixture-flows", import.meta.url));

export type RollingOptions = {
  readonly instances: number;
  /** Times that every instance is restarted. */
  readonly restarts: number;
  readonly requestsPerSecond: number;
  readonly redis: boolean;
  /** Told of progress. */
  readonly note: (progress: string) => void;
};

/** As an instance is given in production, and less: a balancer that is not told needs none. */
const SHUTDOWN_DELAY_MS = "200";

/** Between two restarts: longer than the proxy leaves an instance alone that it could not reach. */
const PAUSE_MS = 1_500;

/** Longest wait for the jobs of what was acknowledged. */
const IDLE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 200;

export async function runRolling(options: RollingOptions): Promise<Reckoning> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-rolling-"));
  const unwatch = removeWithUs(folder);
  parts.defer(async () => {
    await rm(folder, { recursive: true, force: true });
    unwatch();
  });
  const postgres = parts.use(await startPostgres({ durable: false }));
  const databaseUrl = await postgres.createDatabase();
  await prepare(databaseUrl);
  const redis = options.redis ? parts.use(await startRedis()) : null;

  const instances: Instance[] = [];
  const servers: string[] = [];
  for (let index = 0; index < options.instances; index++) {
    const port = await freePort();
    const instance = createInstance({
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      HANDLERS_DIR: FIXTURE_FLOWS,
      KEYS_DIR: path.join(folder, "keys"),
      DATA_DIR: path.join(folder, String(index)),
      RATE_LIMIT_PER_SECOND: "100000",
      SHUTDOWN_DELAY_MS,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
    });
    parts.defer(() => instance.kill());
    await instance.start();
    instances.push(instance);
    servers.push(`127.0.0.1:${port}`);
  }
  const nginx = await startNginx(servers);
  parts.defer(() => nginx.stop());

  const load = new Load(nginx.url, options.requestsPerSecond);
  parts.defer(() => load.stop());
  load.start();
  const exits: (number | null)[] = [];
  for (let round = 1; round <= options.restarts; round++) {
    for (const instance of instances) {
      exits.push(await instance.stop());
      await instance.start();
      await delay(PAUSE_MS);
    }
    options.note(`${round} of ${options.restarts}: ${load.answers.length} answers so far`);
  }
  await load.stop();
  await untilIdle(databaseUrl);
  const ownDeaths = instances.reduce((sum, instance) => sum + instance.ownDeaths, 0);
  return await reckon(databaseUrl, load, { exits, ownDeaths });
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
