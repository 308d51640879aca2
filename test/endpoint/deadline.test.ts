// A handler's time: what becomes of the request, of the handler, and of its late answer.

import { describe, expect, it } from "vitest";
import { buildServer, submit } from "../helpers/build-server.ts";
import { drillWith, fallbackOf, open, submitDetails, TOO_SLOW } from "./drill-with.ts";

const SHORT = { EXCHANGE_DEADLINE_MS: "20" };
const never = (): Promise<never> => new Promise<never>(() => {});

/** Never answers, and keeps the signal that it was given. */
function hanging(): { readonly handler: ReturnType<typeof drillWith>; signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  const handler = drillWith({
    init: never,
    start: (_input, _reply, call) => {
      signals.push(call.signal);
      return never();
    },
    details: never,
  });
  return { handler, signals };
}

describe("a handler that does not answer in time", () => {
  it("is answered for with the fallback and the message for slowness", async () => {
    await using server = await buildServer({ handlers: [hanging().handler], settings: SHORT });

    const { status, clear } = await server.send(submit(server.mint(), "show"));

    expect({ status, clear }).toEqual({ status: 200, clear: fallbackOf("START", {}, TOO_SLOW) });
  });

  it("is 500 where no fallback is possible", async () => {
    await using server = await buildServer({ handlers: [hanging().handler], settings: SHORT });

    const onInit = await server.send(open(server.mint()));
    const onDetails = await server.send(submitDetails(server.mint()));

    expect([onInit.status, onInit.body]).toEqual([500, ""]);
    expect([onDetails.status, onDetails.body]).toEqual([500, ""]);
  });

  it("is told through its signal", async () => {
    const { handler, signals } = hanging();
    await using server = await buildServer({ handlers: [handler], settings: SHORT });

    await server.send(submit(server.mint(), "show"));

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("is logged by the name of its fault", async () => {
    await using server = await buildServer({ handlers: [hanging().handler], settings: SHORT });

    await server.send(submit(server.mint(), "show"));

    expect(server.log).toMatchObject([
      { level: "error", screen: "START", fault: "HANDLER_TOO_SLOW", status: 200 },
    ]);
  });

  it("has the flow's own time where the flow says so", async () => {
    const { handler } = hanging();
    await using server = await buildServer({
      handlers: [{ ...handler, options: { deadlineMs: 20 } }],
      settings: { EXCHANGE_DEADLINE_MS: "9000" },
    });

    const { clear } = await server.send(submit(server.mint(), "show"));

    expect(clear).toEqual(fallbackOf("START", {}, TOO_SLOW));
  });

  it("does not change the answer by answering later", async () => {
    const late = Promise.withResolvers<unknown>();
    const handler = drillWith({
      start: (_input, reply) => late.promise.then(() => reply.reject("late")),
    });
    await using server = await buildServer({ handlers: [handler], settings: SHORT });
    const request = server.phone.request(submit(server.mint(), "show"));
    const first = await server.deliver(request);

    late.resolve(null);
    await late.promise;
    const again = await server.deliver(request);

    expect(first.clear).toEqual(fallbackOf("START", {}, TOO_SLOW));
    expect(again.body).toBe(first.body);
  });

  it("may still reject, and nobody minds", async () => {
    const late = Promise.withResolvers<unknown>();
    const handler = drillWith({ start: () => late.promise });
    await using server = await buildServer({ handlers: [handler], settings: SHORT });
    await server.send(submit(server.mint(), "show"));

    late.reject(new Error("too late"));
    await late.promise.catch(() => {});

    expect((await server.send(submit(server.mint(), "show"))).status).toBe(200);
  });

  it("does not hold up other requests", async () => {
    const { handler } = hanging();
    await using server = await buildServer({
      handlers: [handler],
      settings: { EXCHANGE_DEADLINE_MS: "9000" },
    });
    const stuck = server.exchange({
      ...exchangeRequest(server.phone.request(submit(server.mint(), "show"))),
    });
    let isAnswered = false;
    void stuck.then(() => (isAnswered = true));

    const ping = await server.send({ action: "ping" });

    expect(ping.status).toBe(200);
    expect(isAnswered).toBe(false);
  });
});

describe("a tokens function that does not answer in time", () => {
  it("does not hold the request past the deadline", async () => {
    const handler = drillWith({}, { tokens: never });
    await using server = await buildServer({ handlers: [handler], settings: SHORT });

    const { status, body } = await server.send(open("theirs"));

    expect({ status, body }).toEqual({ status: 500, body: "" });
    expect(server.log).toMatchObject([{ fault: "HANDLER_TOO_SLOW" }]);
  });
});

describe("a handler that answers in time", () => {
  it("finds its signal untouched", async () => {
    const signals: AbortSignal[] = [];
    const handler = drillWith({
      start: (_input, reply, call) => {
        signals.push(call.signal);
        return reply.reject("no");
      },
    });
    await using server = await buildServer({ handlers: [handler] });

    await server.send(submit(server.mint(), "show"));

    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});

function exchangeRequest(request: {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}) {
  return {
    flowName: "drill",
    body: request.body,
    signature: request.headers["x-hub-signature-256"],
    withinRate: async () => true,
  };
}
