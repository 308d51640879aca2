import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { sql } from "kysely";
import { afterEach, beforeAll, beforeEach, afterAll, expect, it } from "vitest";
import { type Process, TryLaterError } from "../../src/completions/ports.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { listJobs, retryJobs } from "../../src/storage/jobs.ts";
import { createQueue, type Queue } from "../../src/storage/queue.ts";
import { installQueues, readQueueStatus } from "../../src/storage/queue-schema.ts";
import { captureLog, type LogLine } from "../helpers/capture-log.ts";
import { createDatabase } from "../helpers/database.ts";
import { endWithUs } from "../helpers/end-with-us.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { requirePart } from "../parts/require-part.ts";
import { describeOnBoth, type OpenedDatabase } from "./open-database.ts";

/** A promise that tests can wait for, and a job that keeps it. */
function expectJobs(count: number): {
  readonly run: Process;
  readonly ran: Promise<readonly string[]>;
} {
  const ids: string[] = [];
  const all = Promise.withResolvers<readonly string[]>();
  return {
    ran: all.promise,
    run: async (id) => {
      ids.push(id);
      if (ids.length === count) all.resolve(ids);
    },
  };
}

async function send(
  database: Database,
  queue: Queue,
  ids: readonly string[],
  name: "completion" | "forward" = "completion",
): Promise<void> {
  await database.root.transaction().execute((trx) =>
    queue.send(
      trx,
      name,
      ids.map((completionId) => ({ completionId })),
    ),
  );
}

/** Resolves when no job is left; jobs are settled a moment after they have run. */
async function untilNoJobs(database: Database): Promise<void> {
  while ((await listJobs(database, {}, 1)).length > 0) await new Promise(setImmediate);
}

async function untilJobs(
  database: Database,
  state: "failed" | "dead" | "waiting",
  count: number,
): Promise<void> {
  while ((await listJobs(database, { state }, 1_000)).length < count) {
    await new Promise(setImmediate);
  }
}

const WORK = { slots: 4, deadlineMs: 60_000, pollMs: 500 };

describeOnBoth("the job queue", (open) => {
  let opened: OpenedDatabase;
  let database: Database;
  let queue: Queue;
  let lines: readonly LogLine[];

  beforeAll(async () => {
    opened = await open();
    ({ database } = opened);
    await installQueues(database.jobs);
  });
  beforeEach(async () => {
    const captured = captureLog();
    ({ lines } = captured);
    queue = createQueue(database, captured.log, { upkeep: false });
    await queue.start();
  });
  afterEach(async () => {
    await queue.stop(0);
    await sql`delete from flowpoint_jobs.job`.execute(database.root);
  });
  afterAll(() => opened.stop());

  it("is installed once, and says so", async () => {
    const again = await installQueues(database.jobs);

    const status = await readQueueStatus(database.jobs);
    expect(again).toEqual([]);
    expect(status).toEqual({ schema: "flowpoint_jobs", applied: ["43"], pending: [] });
  });

  it("sends a job with the transaction that it is sent in, or not at all", async () => {
    const id = randomUUID();

    const rolledBack = database.root.transaction().execute(async (trx) => {
      await queue.send(trx, "completion", [{ completionId: id }]);
      throw new Error("second thoughts");
    });

    await expect(rolledBack).rejects.toThrow("second thoughts");
    expect(await listJobs(database, {}, 10)).toEqual([]);
  });

  it("runs a job once, however often it is sent, and keeps nothing of it", async () => {
    const ids = [randomUUID(), randomUUID()];
    const { run, ran } = expectJobs(2);
    await send(database, queue, ids);
    await send(database, queue, ids);

    queue.work("completion", WORK, run);

    expect((await ran).toSorted()).toEqual(ids.toSorted());
    await untilNoJobs(database);
  });

  it("keeps queues apart", async () => {
    const id = randomUUID();
    await send(database, queue, [id]);
    await send(database, queue, [id], "forward");
    const { run, ran } = expectJobs(1);

    queue.work("forward", WORK, run);
    await ran;
    await queue.stop(0);

    expect(await listJobs(database, {}, 10)).toMatchObject([
      { queue: "completion", id, state: "waiting", attempts: 0 },
    ]);
  });

  it("tries a job that fails again, later, and those claimed with it not at all", async () => {
    const ids = Array.from({ length: 12 }, () => randomUUID());
    const [poison] = ids;
    const others = expectJobs(11);
    await send(database, queue, ids);

    queue.work("completion", WORK, async (id, attempt) => {
      if (id === poison) throw new Error("canary-4711");
      return others.run(id, attempt);
    });
    await others.ran;
    await untilJobs(database, "failed", 1);
    await queue.stop(10_000);

    const jobs = await listJobs(database, {}, 10);
    expect(jobs).toMatchObject([{ id: poison, state: "failed", attempts: 1 }]);
    expect(jobs[0]?.dueAt?.getTime()).toBeGreaterThan(jobs[0]?.createdAt.getTime() ?? Infinity);
    expect(lines).toMatchObject([
      { level: "warn", job: poison, attempt: 1, err: { type: "Error" } },
    ]);
  });

  it("keeps nothing of what a job failed over", async () => {
    await send(database, queue, [randomUUID()]);

    queue.work("completion", WORK, () => Promise.reject(new Error("canary-4711")));
    await untilJobs(database, "failed", 1);

    const { rows } = await sql<{ row: string }>`
      select job::text as row from flowpoint_jobs.job
    `.execute(database.root);
    expect(rows.map(({ row }) => row).join("\n")).not.toContain("canary");
    expect(JSON.stringify(lines)).not.toContain("canary");
  });

  it("gives a job up after its last attempt, and runs it once more when asked", async () => {
    const id = randomUUID();
    await send(database, queue, [id]);
    await sql`
      update flowpoint_jobs.job set retry_count = retry_limit - 1, started_on = now()
    `.execute(database.root);
    const attempts: boolean[] = [];
    const revived = Promise.withResolvers<void>();
    queue.work("completion", WORK, async (_id, { isLast }) => {
      attempts.push(isLast);
      if (attempts.length === 2) return revived.resolve();
      throw new Error("still no");
    });
    await untilJobs(database, "dead", 1);

    const [dead] = await listJobs(database, { state: "dead" }, 10);
    const retried = await retryJobs(database, dead === undefined ? [] : [dead]);
    await revived.promise;

    expect(dead).toMatchObject({ id, dueAt: null });
    expect(retried).toBe(1);
    expect(attempts).toEqual([true, true]);
    expect(lines).toMatchObject([{ level: "error", job: id }]);
  });

  it("retries a failed job at once when asked", async () => {
    const id = randomUUID();
    await send(database, queue, [id]);
    let runs = 0;
    const again = Promise.withResolvers<void>();
    queue.work("completion", WORK, async () => {
      runs += 1;
      if (runs === 2) return again.resolve();
      throw new Error("not yet");
    });
    await untilJobs(database, "failed", 1);
    // As one that will not be tried for hours.
    await sql`update flowpoint_jobs.job set start_after = now() + interval '4 hours'`.execute(
      database.root,
    );

    await retryJobs(database, await listJobs(database, { ids: [id] }, 10));
    await again.promise;

    expect(runs).toBe(2);
  });

  it("gives back at a stop what is not done, as if it had never been claimed", async () => {
    const ids = Array.from({ length: 6 }, () => randomUUID());
    await send(database, queue, ids);
    const started = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    queue.work("completion", { ...WORK, slots: 2 }, (_id, { signal }) => {
      signals.push(signal);
      if (signals.length === 2) started.resolve();
      return new Promise(() => {});
    });
    await started.promise;

    await queue.stop(0);

    const jobs = await listJobs(database, {}, 10);
    expect(jobs.map(({ state, attempts }) => [state, attempts])).toEqual(
      ids.map(() => ["waiting", 0]),
    );
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("puts off a job whose turn it is not, at the cost of no attempt", async () => {
    const id = randomUUID();
    await send(database, queue, [id]);
    const attempts: unknown[] = [];
    const done = Promise.withResolvers<void>();
    queue.work("completion", WORK, async () => {
      const [job] = await listJobs(database, {}, 1);
      attempts.push(job?.attempts);
      if (attempts.length === 1) throw new TryLaterError("others wait too");
      done.resolve();
    });

    await done.promise;

    expect(attempts).toEqual([1, 1]);
    expect(lines).toEqual([]);
  });

  it("has one housekeeping job at a time", async () => {
    await queue.requestHousekeeping();
    await queue.requestHousekeeping();

    expect(await listJobs(database, { queue: "housekeeping" }, 10)).toHaveLength(1);
  });

  it("forgets the jobs of a completion", async () => {
    const [forgotten, kept] = [randomUUID(), randomUUID()];
    await send(database, queue, [forgotten, kept]);
    await send(database, queue, [forgotten], "forward");

    await database.root.transaction().execute((trx) => queue.forget(trx, [forgotten]));

    expect(await listJobs(database, {}, 10)).toMatchObject([{ id: kept }]);
  });

  it("refuses to send before it was started", async () => {
    const fresh = createQueue(database, captureLog().log, { upkeep: false });

    const sent = send(database, fresh, [randomUUID()]);

    await expect(sent).rejects.toThrow("run flowpoint migrate");
  });
});

describeOnBoth("the queue's tables", (open) => {
  it("are those of this version, or nothing starts on them", async () => {
    const opened = await open();
    const { database } = opened;
    const queue = createQueue(database, captureLog().log, { upkeep: true });

    await expect(queue.start()).rejects.toThrow("not installed");
    const before = await readQueueStatus(database.jobs);
    const installed = await installQueues(database.jobs);
    await queue.start();
    const { run, ran } = expectJobs(1);
    queue.work("completion", WORK, run);
    await send(database, queue, [randomUUID()]);
    await ran;
    await queue.stop(0);
    await sql`update flowpoint_jobs.version set version = 1000`.execute(database.root);

    expect(before).toEqual({ schema: "flowpoint_jobs", applied: [], pending: ["43"] });
    expect(installed).toEqual(["flowpoint_jobs/43"]);
    await expect(installQueues(database.jobs)).rejects.toThrow("deploy the newer server");
    await opened.stop();
  });
});

async function openOn(url: string): Promise<{ database: Database; queue: Queue }> {
  const { log } = captureLog();
  const database = await openDatabase({ kind: "postgres", url, poolMax: 4 }, log);
  const queue = createQueue(database, log, { upkeep: true });
  return { database, queue };
}

requirePart("postgres")("several instances", () => {
  it("share the jobs, each of which runs once", async () => {
    const url = await createDatabase();
    const [one, other] = [await openOn(url), await openOn(url)];
    await installQueues(one.database.jobs);
    await Promise.all([one.queue.start(), other.queue.start()]);
    const ids = Array.from({ length: 300 }, () => randomUUID());
    const { run, ran } = expectJobs(300);

    one.queue.work("completion", WORK, run);
    other.queue.work("completion", WORK, run);
    await send(one.database, one.queue, ids);

    expect((await ran).toSorted()).toEqual(ids.toSorted());
    await untilNoJobs(one.database);
    for (const { queue, database } of [one, other]) {
      await queue.stop(0);
      await database.stop();
    }
  });

  it(
    "take over the jobs of one that was killed",
    async () => {
      const url = await createDatabase();
      const { database, queue } = await openOn(url);
      await installQueues(database.jobs);
      await queue.start();
      const ids = [randomUUID(), randomUUID(), randomUUID()];
      await send(database, queue, ids);
      const killed = spawn(process.execPath, [
        fileURLToPath(new URL("hanging-worker.ts", import.meta.url)),
        url,
      ]);
      const release = endWithUs(killed.pid ?? 0);
      // One line for each job it has begun; both may come at once.
      const started = createInterface({ input: killed.stdout })[Symbol.asyncIterator]();
      await started.next();
      await started.next();

      killed.kill("SIGKILL");
      await once(killed, "exit");
      release();
      const { run, ran } = expectJobs(3);
      queue.work("completion", WORK, run);

      expect((await ran).toSorted()).toEqual(ids.toSorted());
      await queue.stop(0);
      await database.stop();
    },
    // Half a minute passes by design, until the killed one's silence is noticed.
    90_000,
  );
});

requirePart("postgres")("an outage of the database", () => {
  it("ends without a restart of the server", async () => {
    await using postgres = await startPostgres();
    const { log, lines } = captureLog();
    const url = await postgres.createDatabase();
    const database = await openDatabase({ kind: "postgres", url, poolMax: 4 }, log);
    await installQueues(database.jobs);
    const queue = createQueue(database, log, { upkeep: true });
    await queue.start();
    const { run, ran } = expectJobs(2);
    queue.work("completion", WORK, run);
    await send(database, queue, [randomUUID()]);

    await postgres.crash();
    while (!lines.some(({ msg }) => msg.startsWith("jobs cannot be reached"))) {
      await new Promise(setImmediate);
    }
    await postgres.restart();
    await send(database, queue, [randomUUID()]);

    expect(await ran).toHaveLength(2);
    await queue.stop(0);
    await database.stop();
  });
});
