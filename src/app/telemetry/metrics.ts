// Prometheus metrics. Labels are bounded: `flow` is a loaded name or `unknown`, `error` a documented key or `other`.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "@prometheus-io/client";
import type { ExchangeObserver } from "../../endpoint/ports.ts";
import { type CompletionMetrics, createCompletionMetrics } from "./completion-metrics.ts";
import { createRedisMetrics, type RedisState } from "./redis-metrics.ts";
import type { StallObserver } from "./stall-watch.ts";
import { createWebhookMetrics, type WebhookMetrics } from "./webhook-metrics.ts";

/** Seconds; Meta alerts at a p90 of 1, 5 and 7 and gives up at 10. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7, 10];

export interface Metrics {
  /** Prometheus text and its content type. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
  readonly observer: ExchangeObserver;
  /** @param count  requests that wait to be decrypted, whenever it is asked */
  watchAdmission(count: () => number): void;
  /** From when there is a Redis. */
  watchRedis(redis: RedisState): void;
  readonly stalls: StallObserver;
  /** Has what flows do counted from zero, so that an alert sees the first time too. */
  expectFlows(names: readonly string[]): void;
  readonly webhooks: WebhookMetrics;
  readonly completions: CompletionMetrics;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: "flowpoint_exchange_requests_total",
    help: "Requests to endpoints, by what was answered",
    labelNames: ["flow", "action", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "flowpoint_exchange_duration_seconds",
    help: "Time from the whole body received to the answer made",
    labelNames: ["flow", "action"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const faults = new Counter({
    name: "flowpoint_exchange_faults_total",
    help: "Exchanges that went wrong, by fault, also where a fallback answered 200",
    labelNames: ["flow", "fault"],
    registers,
  });
  const clientErrors = new Counter({
    name: "flowpoint_client_errors_total",
    help: "Error notifications from WhatsApp clients, by Meta's error key",
    labelNames: ["flow", "error"],
    registers,
  });
  const replays = new Counter({
    name: "flowpoint_replays_total",
    help: "Requests answered from memory because the same bytes had been answered before",
    registers,
  });
  const stalls = new Counter({
    name: "flowpoint_event_loop_stalls_total",
    help: "Times the event loop stood still for over 250 ms, by the flow whose handler ran",
    labelNames: ["flow"],
    registers,
  });
  return {
    stalls: { stalled: (flow) => stalls.inc({ flow }) },
    expectFlows: (names) => {
      for (const flow of [...names, "unknown"]) stalls.inc({ flow }, 0);
    },
    scrape: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    observer: {
      answered: (report, status, durationMs) => {
        requests.inc({ flow: report.flow, action: report.action, status });
        durations.observe({ flow: report.flow, action: report.action }, durationMs / 1000);
        if (report.replayed) replays.inc();
        if (report.fault !== null) faults.inc({ flow: report.flow, fault: report.fault });
      },
      clientError: (flow, error) => clientErrors.inc({ flow, error }),
    },
    watchAdmission: (count) => {
      const gauge = new Gauge({
        name: "flowpoint_admission_waiting",
        help: "Requests that wait to be decrypted",
        collect() {
          this.set(count());
        },
        registers: [],
      });
      registry.registerMetric(gauge);
    },
    watchRedis: createRedisMetrics(registry),
    webhooks: createWebhookMetrics(registry),
    completions: createCompletionMetrics(registry),
  };
}
