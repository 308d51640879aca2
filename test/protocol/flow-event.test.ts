import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { adviseOn, type FlowEvent, parseFlowEvent } from "../../src/protocol/flow-event.ts";

const ENTRY = { id: "102290129340398", time: 1_790_000_000 };

function parse(value: Readonly<Record<string, unknown>>, entry: object = ENTRY): FlowEvent {
  const event = parseFlowEvent({ ...entry }, value);
  if (event === null) throw new Error("the event has no name");
  return event;
}

describe("an event of a flow", () => {
  it.each([
    ["FLOW_STATUS_CHANGE", { new_status: "THROTTLED" }, true, "error"],
    ["FLOW_STATUS_CHANGE", { new_status: "BLOCKED" }, true, "error"],
    ["FLOW_STATUS_CHANGE", { new_status: "PUBLISHED" }, false, "info"],
    ["FLOW_STATUS_CHANGE", { new_status: "DRAFT" }, false, "info"],
    ["FLOW_STATUS_CHANGE", { new_status: "DEPRECATED" }, false, "warn"],
    ["FLOW_STATUS_CHANGE", { new_status: "FROZEN" }, null, "warn"],
    ["CLIENT_ERROR_RATE", { alert_state: "ACTIVATED" }, true, "warn"],
    ["CLIENT_ERROR_RATE", { alert_state: "DEACTIVATED" }, false, "info"],
    ["ENDPOINT_ERROR_RATE", { alert_state: "ACTIVATED" }, true, "warn"],
    ["ENDPOINT_LATENCY", { alert_state: "ACTIVATED" }, true, "warn"],
    ["ENDPOINT_AVAILABILITY", { alert_state: "ACTIVATED" }, true, "warn"],
    ["ENDPOINT_AVAILABILITY", { alert_state: "PAUSED" }, null, "warn"],
    ["FLOW_VERSION_EXPIRY_WARNING", { warning: "soon" }, true, "warn"],
    ["FLOW_RENAMED", { alert_state: "ACTIVATED" }, null, "warn"],
  ])("%s %o is an alarm: %s, told as %s", (name, value, isAlarm, level) => {
    const event = parse({ event: name, flow_id: "1", ...value });

    expect(event.isAlarm).toBe(isAlarm);
    expect(adviseOn(event).level).toBe(level);
    expect(adviseOn(event).fix).not.toBe("");
  });

  it("is read with what was measured", () => {
    const value = {
      event: "CLIENT_ERROR_RATE",
      message: "errors rose above 10 % of what ran for somebody",
      flow_id: "691244242662581",
      error_rate: 14.28,
      threshold: 10,
      alert_state: "ACTIVATED",
      errors: [
        { error_type: "INVALID_SCREEN_TRANSITION", error_rate: 66.66, error_count: 2 },
        { error_type: "SOMETHING_NEW", error_rate: 33.33 },
        null,
      ],
    };

    expect(parse(value)).toEqual({
      kind: "flow-event",
      eventKey: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      event: "CLIENT_ERROR_RATE",
      flowId: "691244242662581",
      occurredAtSeconds: 1_790_000_000,
      isAlarm: true,
      threshold: 10,
      newStatus: null,
      measured: { error_rate: 14.28 },
      errors: [
        { error: "invalid-screen-transition", count: 2 },
        { error: "other", count: null },
        { error: "other", count: null },
      ],
      eventJson: JSON.stringify(value),
    });
  });

  it("has the same key for every delivery, and another for every other event", () => {
    const value = { event: "ENDPOINT_LATENCY", flow_id: "1" };
    const { eventKey } = parse(value);

    expect(parse(value).eventKey).toBe(eventKey);
    expect(parse(value, { ...ENTRY, time: ENTRY.time + 1 }).eventKey).not.toBe(eventKey);
    expect(parse(value, { ...ENTRY, id: "2" }).eventKey).not.toBe(eventKey);
    expect(parse({ ...value, p90_latency: 5 }).eventKey).not.toBe(eventKey);
  });

  it.each([
    [undefined, null],
    ["1790000000", null],
    [-1, null],
    [1_790_000_000_000, null],
    [1_790_000_000.5, 1_790_000_000.5],
  ])("that happened at %s is taken to have happened at %s", (time, occurredAtSeconds) => {
    expect(parse({ event: "ENDPOINT_LATENCY" }, { time }).occurredAtSeconds).toBe(
      occurredAtSeconds,
    );
  });

  it("without a name is none", () => {
    expect(parseFlowEvent(ENTRY, { flow_id: "1" })).toBeNull();
    expect(parseFlowEvent(ENTRY, { event: 5 })).toBeNull();
  });

  it("lets no text of a stranger out of its JSON", () => {
    const anything = fc.dictionary(
      fc.constantFrom("flow_id", "message", "errors", "threshold", "new_status", "alert_state"),
      fc.oneof(fc.jsonValue(), fc.constant("CANARY"), fc.constant([{ error_type: "CANARY" }])),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom("FLOW_STATUS_CHANGE", "CANARY"), (value, name) => {
        const { eventJson: _, ...told } = parse({ ...value, event: name });

        expect(JSON.stringify(told)).not.toContain("CANARY");
      }),
    );
  });
});
