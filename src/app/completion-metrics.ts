// Metrics of completions.

import { Gauge, type Registry } from "@prometheus-io/client";
import type { CompletionStatistics } from "../storage/completion-statistics.ts";

export interface CompletionMetrics {
  set(statistics: CompletionStatistics): void;
}

export function createCompletionMetrics(registry: Registry): CompletionMetrics {
  const registers = [registry];
  const completions = new Gauge({
    name: "flowpoint_completions",
    help: "Completions by state: all that are not done, and those done of the last 24 hours",
    labelNames: ["state"],
    registers,
  });
  const lag = new Gauge({
    name: "flowpoint_completion_lag_seconds",
    help: "Age of the oldest completion that was not tried yet",
    registers,
  });
  return {
    set({ counts, lagSeconds }) {
      for (const [state, count] of Object.entries(counts)) completions.set({ state }, count);
      lag.set(lagSeconds);
    },
  };
}
