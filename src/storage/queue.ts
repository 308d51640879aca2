// The job queue: pg-boss in the same database, on Postgres and on PGlite alike. A job is sent in the transaction whose
// work it continues, so that both are committed or neither, and carries nothing but an id: that of its completion.
//
// A job that is done is deleted, since the completion's row is the record. One that failed for the last time stays, as
// what people know as dead.

import type { Transaction } from "kysely";
import { fromKysely, type JobWithMetadata } from "pg-boss";
import { z } from "zod";
import type { Process } from "../completions/ports.ts";
import type { Log } from "../flows/services.ts";
import type { Database } from "./database.ts";
import type { JobConnection } from "./job-connection.ts";
import { type ClaimedJob, JobRunner, type JobSource } from "./job-runner.ts";
import { createBoss, JOB_SCHEMA, type QueueName } from "./queue-schema.ts";

/** The schema may come later than the server: until then nothing can be sent. */
export class QueueNotReadyError extends Error {
  override readonly name = "QueueNotReadyError";
}

/** By then the transaction that sent a job is over, as a rule. */
const LIKELY_COMMITTED_MS = 20;

export interface Queue {
  /** @throws when the database is away, or its tables are not those of this version */
  start(): Promise<void>;
  /**
   * Makes one job per completion, in the caller's transaction. One that has a job in this queue already gets no other.
   *
   * @throws QueueNotReadyError before the queue was started
   */
  send(
    trx: Transaction<unknown>,
    name: QueueName,
    data: readonly { readonly completionId: string }[],
  ): Promise<void>;
  /** Deletes whatever jobs the completions have. */
  forget(trx: Transaction<unknown>, completionIds: readonly string[]): Promise<void>;
  /** Makes a housekeeping job, unless there is one. */
  requestHousekeeping(): Promise<void>;
  /**
   * Runs the jobs of a queue.
   *
   * @param options  how many at once, milliseconds for each, and between looks for those that other instances made
   */
  work(
    name: QueueName,
    options: { readonly slots: number; readonly deadlineMs: number; readonly pollMs: number },
    run: Process,
  ): void;
  /** Lets running jobs finish for at most `graceMs`; what has not finished then is given back at once. */
  stop(graceMs: number): Promise<void>;
}

/** @param options  `upkeep`: looks after jobs of dead instances and clears away old ones; for a server */
export function createQueue(
  database: Database,
  log: Log,
  options: { readonly upkeep: boolean },
): Queue {
  const connection = database.jobs;
  const boss = createBoss(connection, { migrate: false, supervise: options.upkeep });
  const runners: JobRunner[] = [];
  let isReady = false;
  let waking: NodeJS.Timeout | undefined;

  /** Only a hint: when the transaction takes longer, or the job is for another instance, the next poll finds it. */
  const wakeSoon = (): void => {
    waking ??= setTimeout(() => {
      waking = undefined;
      for (const runner of runners) runner.wake();
    }, LIKELY_COMMITTED_MS);
  };

  boss.on("error", (err) => {
    // That the database is away, the runners have told.
    if (runners.some((runner) => runner.isAway)) return;
    log.warn({ err }, "the upkeep of the job queue failed this time");
  });

  return {
    start: async () => {
      await boss.start();
      isReady = true;
    },
    send: async (trx, name, data) => {
      if (!isReady)
        throw new QueueNotReadyError("the job queue is not there; run flowpoint migrate");
      const jobs = data.map(({ completionId }) => ({ id: completionId }));
      await boss.insert(name, jobs, { db: fromKysely(trx) });
      wakeSoon();
    },
    forget: async (trx, completionIds) => {
      if (completionIds.length === 0) return;
      for (const name of ["completion", "forward"] as const) {
        await boss.deleteJob(name, [...completionIds], { db: fromKysely(trx) });
      }
    },
    requestHousekeeping: async () => {
      await boss.send("housekeeping");
    },
    work: (name, limits, run) => {
      const source = createSource(boss, connection, name);
      const runner = new JobRunner({ queue: name, source, run, ...limits, log });
      runners.push(runner);
      runner.start();
    },
    stop: async (graceMs) => {
      clearTimeout(waking);
      await Promise.all(runners.splice(0).map((runner) => runner.stop(graceMs)));
      await boss.stop({ graceful: false });
    },
  };
}

const TOUCHED = z.object({ settled: z.array(z.string()) });

function createSource(
  boss: ReturnType<typeof createBoss>,
  { db }: JobConnection,
  name: QueueName,
): JobSource {
  return {
    claim: async (limit) => {
      const jobs = await boss.fetch(name, { batchSize: limit, includeMetadata: true });
      return jobs.map(toClaimed);
    },
    keepAlive: async (jobs) => {
      const touched = await boss.touch(name, attemptsOf(jobs));
      return new Set(TOUCHED.parse(touched).settled);
    },
    succeed: async (jobs) => {
      await boss.deleteJob(name, attemptsOf(jobs));
    },
    fail: async (jobs) => {
      // Without what went wrong: it may quote an answer, and this table keeps it.
      await boss.fail(name, attemptsOf(jobs));
    },
    giveBack: async (jobs, delaySeconds) => {
      await db.executeSql(GIVE_BACK, [
        name,
        jobs.map(({ id }) => id),
        jobs.map(({ retryCount }) => retryCount),
        delaySeconds,
      ]);
    },
  };
}

/** pg-boss can only fail a job that is running, which would cost it an attempt and the others a wait. */
const GIVE_BACK = `
  update ${JOB_SCHEMA}.job as job
  set state = 'created', started_on = null, heartbeat_on = null, start_after = now() + $4 * interval '1 second'
  from unnest($2::uuid[], $3::int[]) as held (id, retry_count)
  where job.name = $1 and job.state = 'active'
    and job.id = held.id and job.retry_count = held.retry_count`;

function toClaimed({ id, retryCount, retryLimit }: JobWithMetadata<unknown>): ClaimedJob {
  return { id, retryCount, isLast: retryCount >= retryLimit };
}

/** pg-boss takes lists that it may change. */
function attemptsOf(jobs: readonly ClaimedJob[]): { id: string; retryCount: number }[] {
  return jobs.map(({ id, retryCount }) => ({ id, retryCount }));
}
