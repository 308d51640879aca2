import { describe, expect, it } from "vitest";
import { createNotificationLog } from "../../src/app/telemetry/notification-log.ts";
import type { FlowEvent } from "../../src/protocol/flow-event.ts";
import type { NotificationReport } from "../../src/webhooks/ports.ts";
import { captureLog, type LogLine } from "../helpers/capture-log.ts";

const REPORT: NotificationReport = {
  status: 200,
  durationMs: 4.4,
  counts: [],
  newFlowEvents: [],
  quarantineReasons: [],
  cause: null,
};

const THROTTLED: FlowEvent = {
  kind: "flow-event",
  eventKey: "key",
  event: "FLOW_STATUS_CHANGE",
  flowId: "4920132481",
  occurredAtSeconds: 1_790_000_000,
  isAlarm: true,
  threshold: null,
  newStatus: "THROTTLED",
  measured: {},
  errors: [],
  eventJson: '{"message":"CANARY"}',
};

/** @returns the lines that each report gave, told at its time */
function linesOf(reports: readonly (Partial<NotificationReport> & { readonly atMs?: number })[]): {
  readonly lines: readonly LogLine[];
} {
  const { log, lines } = captureLog();
  let nowMs = 0;
  const observer = createNotificationLog(log, () => nowMs);
  for (const { atMs = nowMs, ...report } of reports) {
    nowMs = atMs;
    observer.received({ ...REPORT, ...report });
  }
  return { lines };
}

describe("the log of webhooks", () => {
  it("says nothing of what went well", () => {
    expect(linesOf([REPORT]).lines).toEqual([]);
  });

  it.each([
    [401, "warn", "WHATSAPP_APP_SECRET"],
    [413, "warn", "4 MiB"],
    [503, "error", "Meta sends it again"],
  ] as const)("says of a %i, as %s, what to do", (status, level, remedy) => {
    expect(linesOf([{ status }]).lines).toEqual([
      expect.objectContaining({ status, level, ms: 4, msg: expect.stringContaining(remedy) }),
    ]);
  });

  it("tells one a second of a kind, and how many it left out", () => {
    const { lines } = linesOf([
      { status: 401, atMs: 0 },
      { status: 401, atMs: 500 },
      { status: 503, atMs: 600 },
      { status: 401, atMs: 999 },
      { status: 401, atMs: 1_000 },
      { status: 401, atMs: 2_000 },
    ]);

    expect(lines.map(({ status, suppressed }) => [status, suppressed])).toEqual([
      [401, undefined],
      [503, undefined],
      [401, 2],
      [401, undefined],
    ]);
  });

  it("names why a commit failed by type and code, not by its message", () => {
    const cause = Object.assign(new Error("CANARY"), { code: "57P01" });

    const { lines } = linesOf([{ status: 503, cause }]);

    expect(lines[0]).toMatchObject({ err: { type: "Error", code: "57P01" } });
    expect(JSON.stringify(lines)).not.toContain("CANARY");
  });

  it("says what went to quarantine, and where that is", () => {
    const { lines } = linesOf([{ quarantineReasons: ["an entry has no changes"] }]);

    expect(lines).toEqual([
      expect.objectContaining({
        level: "warn",
        reasons: ["an entry has no changes"],
        msg: expect.stringContaining("quarantine") as string,
      }),
    ]);
  });

  it("tells every alert of Meta's with its flow, its level and its remedy, never sampled", () => {
    const slow: FlowEvent = {
      ...THROTTLED,
      event: "ENDPOINT_LATENCY",
      newStatus: null,
      threshold: 1000,
      measured: { p90_latency: 1200 },
      errors: [{ error: "timeout_error", count: 3 }],
    };

    const { lines } = linesOf([{ newFlowEvents: [THROTTLED, slow] }, { newFlowEvents: [slow] }]);

    const told = {
      level: "warn",
      threshold: 1000,
      p90_latency: 1200,
      errors: [{ error: "timeout_error", count: 3 }],
      msg: expect.stringContaining("flowpoint_exchange_duration_seconds") as string,
    };
    expect(lines).toMatchObject([
      {
        level: "error",
        metaAlert: "FLOW_STATUS_CHANGE",
        flowId: "4920132481",
        newStatus: "THROTTLED",
        msg: expect.stringContaining("10 messages an hour") as string,
      },
      told,
      told,
    ]);
    expect(JSON.stringify(lines)).not.toContain("CANARY");
  });
});
