import { describe, expect, it } from "vitest";
import { createMetrics } from "../../src/app/telemetry/metrics.ts";
import { watchMetaAlerts } from "../../src/app/telemetry/watch-meta-alerts.ts";
import type { FlowEvent } from "../../src/protocol/flow-event.ts";
import type { MetaAlertCounts } from "../../src/storage/meta-alerts.ts";
import type { NotificationReport } from "../../src/webhooks/ports.ts";

const QUIET: MetaAlertCounts = {
  FLOW_STATUS_CHANGE: 0,
  CLIENT_ERROR_RATE: 0,
  ENDPOINT_ERROR_RATE: 0,
  ENDPOINT_LATENCY: 0,
  ENDPOINT_AVAILABILITY: 0,
  FLOW_VERSION_EXPIRY_WARNING: 0,
};

const REPORT: NotificationReport = {
  status: 200,
  durationMs: 30,
  counts: [],
  newFlowEvents: [],
  quarantineReasons: [],
  cause: null,
};

/** The watch only counts them. */
const SOME_EVENT = {} as FlowEvent;

describe("metrics of webhooks", () => {
  it("count items by kind and result, and answers by status", async () => {
    const metrics = createMetrics();

    metrics.webhooks.received({
      ...REPORT,
      counts: [
        { kind: "response_message", result: "stored", count: 3 },
        { kind: "flow_event", result: "stored", count: 0 },
        { kind: "status", result: "passed_over", count: 2 },
      ],
    });
    metrics.webhooks.received({ ...REPORT, status: 503 });

    const { text } = await metrics.scrape();
    expect(text).toContain(
      'flowpoint_webhook_messages_total{kind="response_message",result="stored"} 3\n',
    );
    expect(text).toContain(
      'flowpoint_webhook_messages_total{kind="status",result="passed_over"} 2\n',
    );
    expect(text).toContain(
      'flowpoint_webhook_messages_total{kind="flow_event",result="stored"} 0\n',
    );
    expect(text).toContain('flowpoint_webhook_duration_seconds_count{status="200"} 1\n');
    expect(text).toContain('flowpoint_webhook_duration_seconds_count{status="503"} 1\n');
  });

  it("tell the alerts of Meta's that are on, and those that are off, of flows that are not known here", async () => {
    const metrics = createMetrics();

    metrics.webhooks.setMetaAlerts({ ...QUIET, ENDPOINT_LATENCY: 2 });

    const { text } = await metrics.scrape();
    expect(text).toContain('flowpoint_meta_alerts{flow="unknown",event="ENDPOINT_LATENCY"} 2\n');
    expect(text).toContain('flowpoint_meta_alerts{flow="unknown",event="FLOW_STATUS_CHANGE"} 0\n');
  });
});

describe("the watch over Meta's alerts", () => {
  it("looks at its start and at every new event, and keeps what it knows when it cannot look", async () => {
    const answers: readonly (() => Promise<MetaAlertCounts>)[] = [
      async () => QUIET,
      async () => ({ ...QUIET, ENDPOINT_LATENCY: 1 }),
      () => Promise.reject(new Error("away")),
    ];
    const told: MetaAlertCounts[] = [];
    let looks = 0;
    const read = (): Promise<MetaAlertCounts> =>
      answers[looks++]?.() ?? Promise.reject(new Error("asked too often"));

    const watch = watchMetaAlerts(read, (counts) => void told.push(counts));
    watch.received({ ...REPORT, newFlowEvents: [SOME_EVENT] });
    watch.received(REPORT);
    watch.received({ ...REPORT, newFlowEvents: [SOME_EVENT, SOME_EVENT] });
    await watch.stop();

    expect(looks).toBe(3);
    expect(told.map((counts) => counts.ENDPOINT_LATENCY)).toEqual([0, 1]);
  });
});
