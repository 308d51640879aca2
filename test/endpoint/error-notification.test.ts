// What WhatsApp reports about an answer it could not use: acknowledged, counted and logged, and never a handler's.

import { describe, expect, it } from "vitest";
import { buildServer, submit } from "../helpers/build-server.ts";
import { drillWith } from "./drill-with.ts";

const ACKNOWLEDGED = { data: { acknowledged: true } };

async function notify(data: unknown, more: object = {}) {
  let runs = 0;
  const handler = drillWith({
    init: (reply) => {
      runs += 1;
      return reply.show("START");
    },
    start: (_input, reply) => {
      runs += 1;
      return reply.reject("run");
    },
  });
  await using server = await buildServer({ handlers: [handler] });
  const { status, clear } = await server.send({
    ...submit(server.mint(), "show"),
    data,
    ...more,
  });
  const { text } = await server.metrics.scrape();
  const counted = /^flowpoint_client_errors_total\{flow="drill",error="([^"]*)"\} (\d+)$/m.exec(
    text,
  );
  return { status, clear, runs, log: server.log, error: counted?.[1], count: counted?.[2] };
}

describe("an error notification", () => {
  it.each([
    { error: "invalid-screen-transition", error_message: "CANARY" },
    { error: "invalid-screen-transition" },
    { error_key: "invalid-screen-transition", error_message: "CANARY" },
    { error: "INVALID_SCREEN_TRANSITION" },
    { error: "invalid-screen-transition", error_key: "timeout_error" },
  ])("is acknowledged, counted by its key, and run by no handler: %j", async (data) => {
    const { status, clear, runs, error, count, log } = await notify(data);

    expect({ status, clear }).toEqual({ status: 200, clear: ACKNOWLEDGED });
    expect(runs).toBe(0);
    expect([error, count]).toEqual(["invalid-screen-transition", "1"]);
    expect(log).toMatchObject([
      { level: "warn", flow: "drill", error: "invalid-screen-transition" },
    ]);
    expect(JSON.stringify(log)).not.toContain("CANARY");
  });

  it("is counted as other where its key is not documented", async () => {
    const { error, log } = await notify({ error: "CANARY" });

    expect(error).toBe("other");
    expect(JSON.stringify(log)).not.toContain("CANARY");
  });

  it.each([
    { what: "INIT", more: { action: "INIT" } },
    { what: "BACK", more: { action: "BACK" } },
    { what: "an action of its own", more: { action: "navigate" } },
    { what: "no action", more: { action: undefined } },
    { what: "an empty flow token", more: { flow_token: "" } },
    { what: "an inner form of the version", more: { version: 300 } },
    { what: "an empty screen", more: { screen: "" } },
  ])("may come with $what", async ({ more }) => {
    const { clear, runs } = await notify({ error: "payload-schema-error" }, more);

    expect(clear).toEqual(ACKNOWLEDGED);
    expect(runs).toBe(0);
  });
});

describe("data that only look like an error notification", () => {
  it.each([
    { what: "another key beside the error", data: { error: "x", trigger: "next" } },
    { what: "an error that is no text", data: { error: 1 } },
    { what: "an error that is null", data: { error: null } },
    { what: "a message alone", data: { error_message: "x" } },
    { what: "nothing", data: {} },
  ])("are held against the screen's input like any other: $what", async ({ data }) => {
    const { clear, error, log } = await notify(data);

    expect(clear).not.toEqual(ACKNOWLEDGED);
    expect(error).toBeUndefined();
    expect(log).toMatchObject([{ fault: "INPUT_REFUSED" }]);
  });
});
