// Metrics of completions: the same on every instance, since they are read from the database, when somebody asks for them.

import { Gauge, type Registry } from "@prometheus-io/client";
import type { CompletionStatistics } from "../../storage/completion-statistics.ts";

export interface CompletionMetrics {
  /** Where the numbers come from. After a failure to read them, the last ones stand. */
  readFrom(read: () => Promise<CompletionStatistics>): void;
}

/** Longest that whoever asks for metrics waits for the database. */
const LIMIT_MS = 500;

export function createCompletionMetrics(registry: Registry): CompletionMetrics {
  const registers = [registry];
  let read: (() => Promise<CompletionStatistics>) | null = null;
  let reading: Promise<void> | null = null;

  const update = async (): Promise<void> => {
    if (read === null) return;
    // However many ask, one query is under way: it may be waiting for the database itself.
    reading ??= read()
      .then(set, () => {})
      .finally(() => {
        reading = null;
      });
    await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, LIMIT_MS).unref())]);
  };
  const completions = new Gauge({
    name: "flowpoint_completions",
    help: "Completions by state: all that are not done, and those done of the last 24 hours",
    labelNames: ["state"],
    collect: update,
    registers,
  });
  const lag = new Gauge({
    name: "flowpoint_completion_lag_seconds",
    help: "Age of the oldest completion that was not tried yet",
    collect: update,
    registers,
  });
  const set = ({ counts, lagSeconds }: CompletionStatistics): void => {
    for (const [state, count] of Object.entries(counts)) completions.set({ state }, count);
    lag.set(lagSeconds);
  };
  return {
    readFrom: (source) => {
      read = source;
    },
  };
}
