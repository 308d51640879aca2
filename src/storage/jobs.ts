// The queue's jobs for people. pg-boss can find a job by its id, but not list them by state, so the list is read from its
// table.

import { sql } from "kysely";
import type { Database } from "./database.ts";
import { createBoss, JOB_SCHEMA, QUEUE_NAMES, type QueueName } from "./queue-schema.ts";

/** `waiting`: to be run; `failed`: to be run again; `dead`: given up. */
export const JOB_STATES = ["waiting", "running", "failed", "dead"] as const;
export type JobState = (typeof JOB_STATES)[number];

export type JobFilter = {
  readonly queue?: QueueName | undefined;
  readonly state?: JobState | undefined;
  readonly ids?: readonly string[] | undefined;
};

export type ListedJob = {
  readonly queue: QueueName;
  /** That of its completion, where it has one. */
  readonly id: string;
  readonly state: JobState;
  readonly attempts: number;
  readonly createdAt: Date;
  /** When it is due; `null` for one that is running or dead. */
  readonly dueAt: Date | null;
};

/** Our word for each of pg-boss's. The others, `completed` and `cancelled`, no job of ours is ever in. */
const OWN_STATES = { waiting: "created", running: "active", failed: "retry", dead: "failed" };

/** Most recent first. */
export async function listJobs(
  database: Database,
  { queue, state, ids }: JobFilter,
  limit: number,
): Promise<readonly ListedJob[]> {
  const queues = queue === undefined ? QUEUE_NAMES : [queue];
  const states = state === undefined ? JOB_STATES : [state];
  const { rows } = await sql<ListedJob>`
    select name as queue, id,
      case state::text ${sql.join(
        JOB_STATES.map((own) => sql`when ${OWN_STATES[own]} then ${own}::text`),
        sql` `,
      )} end as state,
      retry_count + case when started_on is null then 0 else 1 end as attempts,
      created_on as "createdAt",
      case when state in ('created', 'retry') then start_after end as "dueAt"
    from ${sql.table(`${JOB_SCHEMA}.job`)}
    where name in (${sql.join(queues)})
      and state::text in (${sql.join(states.map((own) => OWN_STATES[own]))})
      and ${ids === undefined ? sql`true` : sql`id::text = any(${ids})`}
    order by created_on desc, id
    limit ${limit}
  `.execute(database.root);
  return rows;
}

/**
 * Makes failed and dead jobs due at once.
 *
 * @returns how many; jobs that wait or run are left as they are
 */
export async function retryJobs(
  database: Database,
  jobs: readonly Pick<ListedJob, "queue" | "id" | "state">[],
): Promise<number> {
  const boss = createBoss(database.jobs, { migrate: false, supervise: false });
  let retried = 0;
  for (const { queue, id, state } of jobs) {
    if (state === "dead") await boss.retry(queue, id);
    else if (state === "failed") await boss.update(queue, undefined, { id, startAfter: 0 });
    else continue;
    retried++;
  }
  return retried;
}

/** Deletes jobs; a running one may still do what it was about to. */
export async function discardJobs(
  database: Database,
  jobs: readonly Pick<ListedJob, "queue" | "id">[],
): Promise<number> {
  const boss = createBoss(database.jobs, { migrate: false, supervise: false });
  for (const { queue, id } of jobs) await boss.deleteJob(queue, id);
  return jobs.length;
}
