import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TryLaterError } from "../../src/completions/ports.ts";
import { type ClaimedJob, JobRunner, type JobSource } from "../../src/storage/job-runner.ts";
import { captureLog } from "../helpers/capture-log.ts";

/** A queue in memory, whose statements can be made to fail. */
class Jobs implements JobSource {
  readonly waiting: ClaimedJob[] = [];
  readonly settled: string[] = [];
  readonly claims: number[] = [];
  readonly keptAlive: string[][] = [];
  isAway = false;
  /** Taken over by another instance. */
  readonly lost = new Set<string>();

  add(...ids: readonly string[]): void {
    this.waiting.push(...ids.map((id) => ({ id, retryCount: 0, isLast: false })));
  }

  #reach(): void {
    if (this.isAway) throw new Error("the database is away");
  }

  claim = async (limit: number): Promise<readonly ClaimedJob[]> => {
    this.#reach();
    const claimed = this.waiting.splice(0, limit);
    this.claims.push(claimed.length);
    return claimed;
  };

  keepAlive = async (jobs: readonly ClaimedJob[]): Promise<ReadonlySet<string>> => {
    this.#reach();
    const ids = jobs.map(({ id }) => id);
    this.keptAlive.push(ids);
    return new Set(ids.filter((id) => !this.lost.has(id)));
  };

  succeed = async (jobs: readonly ClaimedJob[]): Promise<void> => this.#settle("done", jobs);
  fail = async (jobs: readonly ClaimedJob[]): Promise<void> => this.#settle("failed", jobs);
  giveBack = async (jobs: readonly ClaimedJob[], delaySeconds: number): Promise<void> =>
    this.#settle(delaySeconds === 0 ? "back" : `back in ${delaySeconds} s`, jobs);

  #settle(how: string, jobs: readonly ClaimedJob[]): void {
    this.#reach();
    this.settled.push(...jobs.map(({ id }) => `${how} ${id}`));
  }
}

/** Lets everything happen that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await setImmediate();
}

const never = (): Promise<void> => new Promise(() => {});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function createRunner(jobs: Jobs, run: (id: string, signal: AbortSignal) => Promise<void>) {
  const { log, lines } = captureLog();
  const runner = new JobRunner({
    queue: "completion",
    source: jobs,
    run: (id, { signal }) => run(id, signal),
    slots: 2,
    deadlineMs: 30_000,
    pollMs: 500,
    log,
  });
  return { runner, lines };
}

describe("a job runner", () => {
  it("runs no more at once than it has slots", async () => {
    const jobs = new Jobs();
    jobs.add("a", "b", "c");
    const started: string[] = [];
    const { runner } = createRunner(jobs, async (id) => {
      started.push(id);
      return never();
    });

    runner.start();
    await turns();

    expect(started).toEqual(["a", "b"]);
    await runner.stop(0);
  });

  it("runs others while one hangs, and lets it go at its deadline", async () => {
    const jobs = new Jobs();
    jobs.add("hangs", "b", "c", "d");
    let reason: unknown = null;
    const { runner, lines } = createRunner(jobs, async (id, signal) => {
      if (id !== "hangs") return undefined;
      signal.addEventListener("abort", () => ({ reason } = signal));
      return never();
    });

    runner.start();
    await turns();
    await vi.advanceTimersByTimeAsync(200);
    const early = [...jobs.settled];
    await vi.advanceTimersByTimeAsync(30_000);

    expect(early.toSorted()).toEqual(["done b", "done c", "done d"]);
    expect(jobs.settled).toContain("failed hangs");
    expect(reason).toMatchObject({ name: "DeadlinePassed" });
    expect(lines).toMatchObject([{ level: "warn", queue: "completion", job: "hangs", attempt: 1 }]);
    await runner.stop(0);
  });

  it("gives back a job whose turn it is not, without telling anybody of a failure", async () => {
    const jobs = new Jobs();
    jobs.add("early");
    const { runner, lines } = createRunner(jobs, () => Promise.reject(new TryLaterError("wait")));

    runner.start();
    await turns();
    await vi.advanceTimersByTimeAsync(200);

    expect(jobs.settled).toEqual(["back in 2 s early"]);
    expect(lines).toEqual([]);
    await runner.stop(0);
  });

  it("keeps alive all that it has claimed", async () => {
    const jobs = new Jobs();
    jobs.add("a", "b", "c", "d");
    const { runner } = createRunner(jobs, never);

    runner.start();
    await vi.advanceTimersByTimeAsync(6_000);

    expect(jobs.keptAlive[0]?.toSorted()).toEqual(["a", "b", "c", "d"]);
    await runner.stop(0);
  });

  it("drops what another instance has taken over, whatever comes of it here", async () => {
    const jobs = new Jobs();
    jobs.add("a", "b", "c");
    const finish = new Map<string, () => void>();
    const aborted: string[] = [];
    const { runner } = createRunner(
      jobs,
      (id, signal) =>
        new Promise((resolve) => {
          finish.set(id, resolve);
          signal.addEventListener("abort", () => aborted.push(id));
        }),
    );
    runner.start();
    await turns();

    jobs.lost.add("a").add("c");
    await vi.advanceTimersByTimeAsync(6_000);
    finish.get("a")?.();
    finish.get("b")?.();
    await vi.advanceTimersByTimeAsync(200);

    expect(aborted).toEqual(["a"]);
    expect(jobs.settled).toEqual(["done b"]);
    expect([...finish.keys()]).toEqual(["a", "b"]);
    await runner.stop(0);
  });

  it("claims and settles after an outage, and tells of it once", async () => {
    const jobs = new Jobs();
    jobs.add("a");
    const done = Promise.withResolvers<void>();
    const { runner, lines } = createRunner(jobs, () => done.promise);
    runner.start();
    await turns();

    jobs.isAway = true;
    done.resolve();
    await vi.advanceTimersByTimeAsync(5_000);
    jobs.add("b");
    jobs.isAway = false;
    await vi.advanceTimersByTimeAsync(1_000);
    await turns();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(jobs.settled).toEqual(["done a", "done b"]);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ["warn", "jobs cannot be reached; trying until they can"],
      ["info", "jobs can be reached again"],
    ]);
    await runner.stop(0);
  });

  it("looks again at once while there is more, and twice a second when there is not", async () => {
    const jobs = new Jobs();
    jobs.add(...Array.from({ length: 20 }, (_, i) => `job-${i}`));
    const { runner } = createRunner(jobs, () => Promise.resolve());

    runner.start();
    await turns();
    const atOnce = [...jobs.claims];
    await vi.advanceTimersByTimeAsync(1_000);

    expect(atOnce).toEqual([8, 8, 4]);
    expect(jobs.claims).toEqual([8, 8, 4, 0, 0]);
    await runner.stop(0);
  });

  it("lets others have their turn between jobs that wait for nothing", async () => {
    const jobs = new Jobs();
    jobs.add("a", "b", "c", "d", "e", "f");
    const others: string[] = [];
    const { runner } = createRunner(jobs, async (id) => {
      others.push(id);
    });

    runner.start();
    await setImmediate();
    others.push("others");
    await turns();

    expect(others.indexOf("others")).toBeLessThan(3);
    expect(others).toHaveLength(7);
    await runner.stop(0);
  });

  it("looks when it is told that there is something", async () => {
    const jobs = new Jobs();
    const { runner } = createRunner(jobs, () => Promise.resolve());
    runner.start();
    await turns();

    jobs.add("a");
    runner.wake();
    await turns();

    expect(jobs.claims).toEqual([0, 1]);
    await runner.stop(0);
  });
});

describe("stopping a job runner", () => {
  it("waits for what runs, and gives back what waits", async () => {
    const jobs = new Jobs();
    jobs.add("a", "b", "c", "d");
    const running: (() => void)[] = [];
    const { runner } = createRunner(jobs, () => new Promise((resolve) => running.push(resolve)));
    runner.start();
    await turns();

    const stopped = runner.stop(10_000);
    await turns();
    const before = [...jobs.settled];
    for (const finish of running) finish();
    await stopped;

    expect(before).toEqual(["back c", "back d"]);
    expect(jobs.settled.slice(2)).toEqual(["done a", "done b"]);
  });

  it("gives back what does not finish in time, and tells it", async () => {
    const jobs = new Jobs();
    jobs.add("hangs");
    let reason: unknown = null;
    const { runner } = createRunner(jobs, (_id, signal) => {
      signal.addEventListener("abort", () => ({ reason } = signal));
      return never();
    });
    runner.start();
    await turns();

    await runner.stop(0);

    expect(jobs.settled).toEqual(["back hangs"]);
    expect(reason).toMatchObject({ message: "the server is stopping" });
  });

  it("ends while the database is away", async () => {
    const jobs = new Jobs();
    jobs.add("a");
    const { runner } = createRunner(jobs, never);
    runner.start();
    await turns();

    jobs.isAway = true;
    await runner.stop(0);

    expect(jobs.settled).toEqual([]);
  });
});
