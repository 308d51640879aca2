// The lines of the server's own log, found again by what they are about: one exchange that the player sent, or one
// completion. They have passed the log's redaction already, so nothing is in them that may not be in a log.

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { RelayLogLine } from "./api.ts";

/** What a log line says about a job that failed. */
const FAILED_JOB = z.object({
  job: z.string(),
  queue: z.string(),
  err: z.object({
    type: z.string(),
    message: z.string().optional(),
    at: z.array(z.string()).default([]),
  }),
});

/** Jobs whose last failure is remembered. */
const MAX_JOBS = 200;

/** More are of no use to anyone. */
const MAX_LINES = 100;

interface Destination {
  write(line: string): void;
}

export class LogLines {
  readonly #current = new AsyncLocalStorage<RelayLogLine[]>();
  readonly #collected = new Map<string, RelayLogLine[]>();
  readonly #failures = new LRUCache<string, string>({ max: MAX_JOBS });

  /** A destination that hands every line on to another. */
  tee(destination: Destination): Destination {
    return {
      write: (line) => {
        destination.write(line);
        this.#note(line);
      },
    };
  }

  /**
   * Collects what is logged in `attribute` with the id that `work` gets.
   *
   * @returns what `work` gives, and the lines so far
   */
  async collect<T>(
    work: (id: string) => Promise<T>,
  ): Promise<{ readonly result: T; readonly lines: readonly RelayLogLine[] }> {
    const id = randomUUID();
    const lines: RelayLogLine[] = [];
    this.#collected.set(id, lines);
    try {
      return { result: await work(id), lines };
    } finally {
      this.#collected.delete(id);
    }
  }

  /** Runs `work`; what is logged in it, and in whatever it starts, is about `id`. */
  attribute(id: string, work: () => void): void {
    const lines = this.#collected.get(id);
    if (lines === undefined) work();
    else this.#current.run(lines, work);
  }

  /** Why a job failed the last time; `null` when nothing is known. */
  failureOf(job: string): string | null {
    return this.#failures.get(job) ?? null;
  }

  #note(line: string): void {
    const lines = this.#current.getStore();
    const isOfJob = line.includes('"job":');
    if (lines === undefined && !isOfJob) return;
    // The logger writes one JSON object a line, with these three in it.
    const {
      level,
      time: _,
      msg,
      ...fields
    } = JSON.parse(line) as {
      readonly level: string;
      readonly time: string;
      readonly msg: string;
    };
    if (lines !== undefined && lines.length < MAX_LINES) {
      lines.push({ level, message: msg, fields });
    }
    const { data: failed } = FAILED_JOB.safeParse(fields);
    if (failed !== undefined) this.#failures.set(failed.job, describeFailure(failed));
  }
}

function describeFailure({ queue, err }: z.output<typeof FAILED_JOB>): string {
  const [place] = err.at;
  const reason = err.message === undefined ? err.type : `${err.type}: ${err.message}`;
  return `${queue}: ${reason}${place === undefined ? "" : ` at ${place}`}`;
}
