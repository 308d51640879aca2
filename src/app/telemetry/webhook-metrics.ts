// Metrics of webhooks. No label holds anything that was received but Meta's own names for events.

import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";
import type { MetaAlertCounts } from "../../storage/meta-alerts.ts";
import type { NotificationObserver } from "../../webhooks/ports.ts";

export interface WebhookMetrics extends NotificationObserver {
  setMetaAlerts(counts: MetaAlertCounts): void;
}

/** Seconds; Meta expects a median under 0.25 and less than 1 % above 1; 2 is the longest an answer takes. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2];

export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const items = new Counter({
    name: "flowpoint_webhook_messages_total",
    help: "Items of webhook POSTs: stored, repeated by Meta, passed over, or failed and to be sent again",
    labelNames: ["kind", "result"],
    registers,
  });
  const durations = new Histogram({
    name: "flowpoint_webhook_duration_seconds",
    help: "Time from the whole body of a webhook POST received to the answer made",
    labelNames: ["status"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const alerts = new Gauge({
    name: "flowpoint_meta_alerts",
    help: "Flows for which an alert of Meta's is on; which flow is in the log, by Meta's id",
    labelNames: ["flow", "event"],
    registers,
  });
  // From zero, so that an alert sees the first one too.
  for (const kind of ["response_message", "flow_event", "unreadable"]) {
    for (const result of ["stored", "repeated", "failed"]) items.inc({ kind, result }, 0);
  }
  for (const status of [200, 401, 413, 503]) durations.zero({ status });
  return {
    received(report) {
      durations.observe({ status: report.status }, report.durationMs / 1000);
      for (const { kind, result, count } of report.counts) {
        if (count > 0) items.inc({ kind, result }, count);
      }
    },
    setMetaAlerts(counts) {
      // Nothing leads from Meta's flow id to a loaded flow.
      for (const [event, flows] of Object.entries(counts)) {
        alerts.set({ flow: "unknown", event }, flows);
      }
    },
  };
}
