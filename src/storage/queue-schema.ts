// The queues and their tables. `flowpoint migrate` makes them, and a development server at boot; a production server
// only ever looks whether they are there.

import { PgBoss, type Queue } from "pg-boss";
import pgBossPackage from "pg-boss/package.json" with { type: "json" };
import type { JobConnection } from "./job-connection.ts";
import { MigrationError, type MigrationStatus } from "./migrate.ts";

/** Beside the server's tables; no flow can be named so. */
export const JOB_SCHEMA = "flowpoint_jobs";

/** `completion` and `forward` have a job per completion, under its id; `housekeeping` has one at a time. */
export const QUEUE_NAMES = ["completion", "forward", "housekeeping"] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

const DAY_SECONDS = 24 * 3600;

/** An instance that has not been heard of for this long is dead, and its jobs are anybody's. */
const HEARTBEAT_SECONDS = 20;

/**
 * 18 attempts over about a day: 2 s, 4 s, 8 s and so on up to 4 hours, each doubled at most, at random, so that what
 * failed together is not tried again together.
 */
const A_DAY_OF_RETRIES = {
  retryLimit: 17,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 4 * 3600,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // As long as pg-boss can keep anything: a job that waits is never thrown away.
  retentionSeconds: 365 * DAY_SECONDS,
  // The dead are kept for people to look at.
  deleteAfterSeconds: 90 * DAY_SECONDS,
} satisfies Partial<Queue>;

const QUEUES: Readonly<Record<QueueName, { readonly policy: string; readonly settings: object }>> =
  {
    completion: { policy: "standard", settings: A_DAY_OF_RETRIES },
    forward: { policy: "standard", settings: A_DAY_OF_RETRIES },
    housekeeping: {
      policy: "exclusive",
      settings: {
        retryLimit: 2,
        retryDelay: 60,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        deleteAfterSeconds: DAY_SECONDS,
      },
    },
  };

/** Version of the tables that this server works with. */
const WANTED = pgBossPackage.pgboss.schema;

/**
 * Makes or updates the tables and the queues.
 *
 * @returns what was applied, as `schema/version`
 * @throws MigrationError when the tables were made by a newer server
 */
export async function installQueues(connection: JobConnection): Promise<readonly string[]> {
  const boss = createBoss(connection, { migrate: true, supervise: false });
  const { pending } = await readQueueStatus(connection);
  await boss.start();
  try {
    for (const name of QUEUE_NAMES) {
      const { policy, settings } = QUEUES[name];
      await boss.createQueue(name, { policy, ...settings });
      await boss.updateQueue(name, settings);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  return pending.map((version) => `${JOB_SCHEMA}/${version}`);
}

/** @throws MigrationError when the tables were made by a newer server */
export async function readQueueStatus(connection: JobConnection): Promise<MigrationStatus> {
  const boss = createBoss(connection, { migrate: false, supervise: false });
  const version = (await boss.isInstalled()) ? await boss.schemaVersion() : null;
  if (version !== null && version > WANTED) {
    throw new MigrationError(
      `the job queue is at version ${version}, this server knows ${WANTED}; deploy the newer server`,
    );
  }
  return {
    schema: JOB_SCHEMA,
    applied: version === null ? [] : [String(version)],
    pending: version === WANTED ? [] : [String(WANTED)],
  };
}

/** pg-boss on a connection that others close. */
export function createBoss(
  { backend, db }: JobConnection,
  options: { readonly migrate: boolean; readonly supervise: boolean },
): PgBoss {
  const boss = new PgBoss({
    backend,
    db,
    schema: JOB_SCHEMA,
    migrate: options.migrate,
    supervise: options.supervise,
    // The least it can: a dead instance's jobs are found within the heartbeat and this.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    schedule: false,
  });
  // Without a listener an error would end the process. Whoever starts it for longer listens too.
  boss.on("error", () => {});
  return boss;
}
