// Works one queue: claims jobs in batches, runs a bounded number of them at a time, and settles them in groups. Each job
// stands alone: one that fails, hangs or is lost to another instance does nothing to those claimed with it.
//
// pg-boss has workers of its own, which settle a batch only when its slowest job is through and start nothing meanwhile:
// one hanging job in a hundred would hold up the other ninety-nine. So only its statements are used here.
//
// A claimed job is in one of three places, and is kept alive in all of them:
//
//     claim -> waiting -> running -> finished -> settled
//                 |          |
//                 +----------+--> given back (stop, or not its turn), or dropped (another instance has it now)

import { setImmediate } from "node:timers/promises";
import { type Process, TryLaterError } from "../completions/ports.ts";
import type { Log } from "../flows/services.ts";

/** One attempt at a job, as claimed. */
export type ClaimedJob = {
  readonly id: string;
  /** Names the attempt together with the id: settling an attempt that is over has no effect. */
  readonly retryCount: number;
  /** Whether the job is given up when this attempt fails. */
  readonly isLast: boolean;
};

/** The statements of one queue. All of them throw while the database is away. */
export interface JobSource {
  claim(limit: number): Promise<readonly ClaimedJob[]>;
  /** @returns ids of the jobs that are still this instance's */
  keepAlive(jobs: readonly ClaimedJob[]): Promise<ReadonlySet<string>>;
  succeed(jobs: readonly ClaimedJob[]): Promise<void>;
  /** To be tried again later, or given up after the last attempt. */
  fail(jobs: readonly ClaimedJob[]): Promise<void>;
  /** As if they had never been claimed; nobody gets them before the delay is over. */
  giveBack(jobs: readonly ClaimedJob[], delaySeconds: number): Promise<void>;
}

export type JobRunnerOptions = {
  readonly queue: string;
  readonly source: JobSource;
  /** Its signal aborts at the deadline, at the end of a stop, and when another instance has taken the job over. */
  readonly run: Process;
  /** Jobs that run at once. */
  readonly slots: number;
  /** Milliseconds for one attempt; then its slot is free again, whatever the job does. */
  readonly deadlineMs: number;
  /** Milliseconds between looks at an empty queue. */
  readonly pollMs: number;
  readonly log: Log;
};

/** A claim costs about as much as a job, so it is made for several; what is claimed waits here, not for others. */
const JOBS_CLAIMED_PER_SLOT = 4;
/** Between looks at a database that is away. */
const OUTAGE_POLL_MS = 1_000;
/** Until a job is tried again whose turn it was not. */
const DEFER_SECONDS = 2;
/** Longest a finished job waits to be settled with others. */
const SETTLE_EVERY_MS = 100;
/** A third of the time after which others take a job over. */
const KEEP_ALIVE_EVERY_MS = 6_000;

/** The work did not settle in time. */
class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #waiting: ClaimedJob[] = [];
  readonly #running = new Map<ClaimedJob, AbortController>();
  readonly #succeeded: ClaimedJob[] = [];
  readonly #failed: ClaimedJob[] = [];
  readonly #deferred: ClaimedJob[] = [];
  readonly #claiming = new AbortController();
  readonly #upkeep = new AbortController();
  #told = new AbortController();
  #claimLoop: Promise<void> = Promise.resolve();
  #upkeepLoops: Promise<unknown> = Promise.resolve();
  #onChange: () => void = () => {};
  #isAway = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#claimLoop = this.#claimUntilStopped();
    this.#upkeepLoops = Promise.all([
      this.#repeat(SETTLE_EVERY_MS, () => this.#settle()),
      this.#repeat(KEEP_ALIVE_EVERY_MS, () => this.#keepAlive()),
    ]);
  }

  /** Whether the database could not be reached the last time. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** Looks for jobs now rather than at the next poll. */
  wake(): void {
    this.#told.abort();
  }

  /** Starts no more jobs, lets those that run finish for at most `graceMs`, and gives the rest back. */
  async stop(graceMs: number): Promise<void> {
    this.#claiming.abort();
    this.#onChange();
    await this.#claimLoop;
    await this.#giveBack(this.#waiting.splice(0));
    await this.#runOut(graceMs);
    const unfinished = [...this.#running];
    this.#running.clear();
    for (const [, controller] of unfinished) controller.abort(new Error("the server is stopping"));
    await this.#giveBack(unfinished.map(([job]) => job));
    this.#upkeep.abort();
    await this.#upkeepLoops;
    await this.#settle();
  }

  async #claimUntilStopped(): Promise<void> {
    const { source, slots, pollMs } = this.#options;
    const { signal } = this.#claiming;
    const batch = slots * JOBS_CLAIMED_PER_SLOT;
    while (!signal.aborted) {
      if (this.#waiting.length >= slots) {
        await this.#nextChange();
        continue;
      }
      // Told to look while it looks, it looks again.
      const told = new AbortController();
      this.#told = told;
      const jobs = await this.#reach(() => source.claim(batch));
      this.#waiting.push(...(jobs ?? []));
      this.#startWaiting();
      if (jobs === null) await pause(OUTAGE_POLL_MS, signal);
      else if (jobs.length < batch) await pause(pollMs, AbortSignal.any([signal, told.signal]));
    }
  }

  #startWaiting(): void {
    while (this.#running.size < this.#options.slots && !this.#claiming.signal.aborted) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      void this.#run(job);
    }
  }

  /** Never rejects. */
  async #run(job: ClaimedJob): Promise<void> {
    const { run, deadlineMs } = this.#options;
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(job, controller);
    const timer = setTimeout(
      () => controller.abort(new DeadlinePassed(`not done within ${deadlineMs} ms`)),
      deadlineMs,
    );
    try {
      // The embedded database answers without ever letting go of the event loop; so each job does.
      await setImmediate();
      await untilAborted(signal, () => run(job.id, { signal, isLast: job.isLast }));
      if (this.#running.delete(job)) this.#succeeded.push(job);
    } catch (err) {
      // One that was dropped or given back is somebody else's now.
      if (!this.#running.delete(job)) return;
      if (err instanceof TryLaterError) this.#deferred.push(job);
      else this.#fail(job, err);
    } finally {
      clearTimeout(timer);
      this.#startWaiting();
      this.#onChange();
    }
  }

  #fail(job: ClaimedJob, err: unknown): void {
    const { queue, log } = this.#options;
    this.#failed.push(job);
    const fields = { err, queue, job: job.id, attempt: job.retryCount + 1 };
    if (job.isLast) log.error(fields, "a job failed for the last time");
    else log.warn(fields, "a job failed and will be tried again");
  }

  /** What cannot be settled now is settled the next time. */
  async #settle(): Promise<void> {
    const { source } = this.#options;
    const groups = [
      { jobs: this.#succeeded, settle: (group: readonly ClaimedJob[]) => source.succeed(group) },
      { jobs: this.#failed, settle: (group: readonly ClaimedJob[]) => source.fail(group) },
      {
        jobs: this.#deferred,
        settle: (group: readonly ClaimedJob[]) => source.giveBack(group, DEFER_SECONDS),
      },
    ];
    for (const { jobs, settle } of groups) {
      const group = jobs.slice();
      if (group.length === 0) continue;
      const isSettled = (await this.#reach(() => settle(group))) !== null;
      if (isSettled) jobs.splice(0, group.length);
    }
  }

  /** Tells the others that this instance lives, and drops the jobs that they have taken over nevertheless. */
  async #keepAlive(): Promise<void> {
    const held = [
      ...this.#waiting,
      ...this.#running.keys(),
      ...this.#succeeded,
      ...this.#failed,
      ...this.#deferred,
    ];
    if (held.length === 0) return;
    const ours = await this.#reach(() => this.#options.source.keepAlive(held));
    if (ours === null) return;
    for (const job of held.filter(({ id }) => !ours.has(id))) {
      const at = this.#waiting.indexOf(job);
      if (at !== -1) this.#waiting.splice(at, 1);
      const controller = this.#running.get(job);
      this.#running.delete(job);
      controller?.abort(new Error("another instance has taken the job over"));
    }
  }

  async #giveBack(jobs: readonly ClaimedJob[]): Promise<void> {
    if (jobs.length > 0) await this.#reach(() => this.#options.source.giveBack(jobs, 0));
  }

  /** Waits until nothing runs any more, or until `graceMs` have passed. */
  async #runOut(graceMs: number): Promise<void> {
    const over = AbortSignal.timeout(graceMs);
    over.addEventListener("abort", () => this.#onChange());
    while (this.#running.size > 0 && !over.aborted) await this.#nextChange();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  async #repeat(everyMs: number, step: () => Promise<void>): Promise<void> {
    const { signal } = this.#upkeep;
    while (!signal.aborted) {
      await pause(everyMs, signal);
      await step();
    }
  }

  /** @returns `null` where the statement failed, which is told once per outage */
  async #reach<T>(statement: () => Promise<T>): Promise<T | null> {
    const { queue, log } = this.#options;
    try {
      const result = await statement();
      if (this.#isAway) log.info({ queue }, "jobs can be reached again");
      this.#isAway = false;
      return result;
    } catch (err) {
      if (!this.#isAway) log.warn({ err, queue }, "jobs cannot be reached; trying until they can");
      this.#isAway = true;
      return null;
    }
  }
}

/** Ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

/** @throws the signal's reason as soon as it aborts, whatever `work` does then */
async function untilAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => aborted.reject(signal.reason), { once: true });
  const working = work();
  try {
    await Promise.race([working, aborted.promise]);
  } finally {
    // The loser of the race may still fail; it is answered for.
    working.catch(() => {});
  }
}
