// One line per exchange, whatever came of it, and never anything of what was in it.

import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createExchangeLog, observeWith } from "../../src/app/telemetry/exchange-log.ts";
import { createSuccessLog } from "../../src/app/telemetry/success-log.ts";
import { drillWith, open, PING } from "../endpoint/drill-with.ts";
import { buildServer, submit } from "../helpers/build-server.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { assertNothingLeaked } from "../corpus/privacy.ts";

describe("the log of exchanges", () => {
  it("has one line of each, with flow, action, screen, status and time", async () => {
    const { log, lines } = captureLog();
    const observer = observeWith(
      createSuccessLog(log),
      createExchangeLog(log, () => 0),
    );
    await using server = await buildServer({ handlers: [drillWith({})], parts: { observer } });
    const token = server.mint();
    const canary = `CANARY-${randomUUID()}`;
    const repeated = server.phone.request(submit(token, "show", canary));

    await server.send(PING);
    await server.send(open(token));
    await server.deliver(repeated);
    await server.deliver(repeated);
    await server.send({ ...submit(token, "show", canary), data: { canary } });
    await server.send(open(canary));

    const ms = expect.any(Number);
    const answered = { level: "info", msg: "answered", flow: "drill", status: 200, ms };
    expect(lines).toMatchObject([
      { ...answered, action: "ping", screen: null },
      { ...answered, action: "INIT", screen: null },
      { ...answered, action: "data_exchange", screen: "START" },
      { ...answered, replayed: true },
      { flow: "drill", status: 200, ms, fault: "INPUT_REFUSED" },
      { flow: "drill", status: 427, ms, fault: "TOKEN_REFUSED" },
    ]);
    assertNothingLeaked({ log: JSON.stringify(lines) }, { answer: [canary], token: [token] });
  });
});
