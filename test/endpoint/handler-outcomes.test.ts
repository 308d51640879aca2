// What a handler may return, and what becomes of everything else: the fallback or 500, and one log line that names the
// screen and the path but no value.

import { describe, expect, it } from "vitest";
import { buildServer, submit } from "../helpers/build-server.ts";
import {
  detailsOf,
  drillWith,
  FAILED,
  fallbackOf,
  goBack,
  open,
  type StartReply,
  submitDetails,
} from "./drill-with.ts";

const cyclic: Record<string, unknown> = {};
cyclic["itself"] = cyclic;

const DETAILS = { title: "CANARY", count: 1, bag: {} };

/** Shows something that no typed handler could show. */
function show(reply: StartReply, screen: string, data: unknown): unknown {
  return reply.show(screen as never, data as never);
}

type Nonsense = {
  readonly what: string;
  readonly answer: (reply: StartReply) => unknown;
  /** What the log says of it. */
  readonly reason: string;
};

const NONSENSE: readonly Nonsense[] = [
  ...[undefined, null, 42, "CANARY", () => "CANARY", Symbol("CANARY"), [], {}].map(
    (value): Nonsense => ({
      what: `${value === null ? "null" : typeof value} ${JSON.stringify(value) ?? ""}`,
      answer: () => value,
      reason: "START: the handler returned something not made by reply",
    }),
  ),
  {
    what: "an outcome of a kind that does not exist",
    answer: () => ({ kind: "CANARY" }),
    reason: "START: the handler returned something not made by reply",
  },
  {
    what: "a screen that is not in flow.json",
    answer: (reply) => show(reply, "CANARY", DETAILS),
    reason: "START: shows a screen that is not in flow.json",
  },
  {
    what: "a screen that only every object has",
    answer: (reply) => show(reply, "constructor", DETAILS),
    reason: "START: shows a screen that is not in flow.json",
  },
  {
    what: "a screen to which no route leads",
    answer: (reply) => show(reply, "SUMMARY", { line: "CANARY" }),
    reason: "START: shows SUMMARY, to which no route leads",
  },
  {
    what: "data of the wrong type",
    answer: (reply) => show(reply, "DETAILS", { ...DETAILS, count: "CANARY" }),
    reason: "DETAILS: data.count (invalid_type)",
  },
  {
    what: "data that are missing",
    answer: (reply) => show(reply, "DETAILS", { title: "CANARY" }),
    reason: "DETAILS: data.count (invalid_type), data.bag (invalid_type)",
  },
  {
    what: "null in data",
    answer: (reply) => show(reply, "DETAILS", { ...DETAILS, title: null }),
    reason: "DETAILS: data.title (invalid_type)",
  },
  {
    what: "null for data",
    answer: (reply) => show(reply, "DETAILS", null),
    reason: "DETAILS: data (invalid_type)",
  },
  {
    what: "NaN",
    answer: (reply) => show(reply, "DETAILS", { ...DETAILS, count: Number.NaN }),
    reason: "DETAILS: data.count (invalid_type)",
  },
  {
    what: "a BigInt",
    answer: (reply) => show(reply, "DETAILS", { ...DETAILS, bag: { big: 1n } }),
    reason: "the answer cannot be written as JSON",
  },
  {
    what: "a value that contains itself",
    answer: (reply) => show(reply, "DETAILS", { ...DETAILS, bag: cyclic }),
    reason: "the answer cannot be written as JSON",
  },
  {
    what: "an answer over 1 MB",
    answer: (reply) => show(reply, "DETAILS", { ...DETAILS, title: "CANARY".repeat(200_000) }),
    reason: "the answer is over 1 MB",
  },
  {
    what: "a rejection that is no text",
    answer: (reply) => reply.reject(42 as never),
    reason: "START: the handler returned something not made by reply",
  },
  {
    what: "final parameters that are no object",
    answer: (reply) => reply.finish("CANARY" as never),
    reason: "START: params of finish are not an object",
  },
];

describe("a handler that answers nonsense", () => {
  it.each(NONSENSE)("is answered for with the fallback: $what", async ({ answer, reason }) => {
    const handler = drillWith({ start: (_input, reply) => answer(reply) });
    await using server = await buildServer({ handlers: [handler] });

    const { status, clear } = await server.send(submit(server.mint(), "show"));

    expect({ status, clear }).toEqual({ status: 200, clear: fallbackOf("START") });
    expect(server.log).toMatchObject([
      { level: "error", flow: "drill", screen: "START", fault: "OUTCOME_REFUSED", reason },
    ]);
    expect(JSON.stringify(server.log)).not.toContain("CANARY");
  });

  it.each(NONSENSE)("is 500 on INIT: $what", async ({ answer }) => {
    const handler = drillWith({ init: (reply) => answer(reply as never) });
    await using server = await buildServer({ handlers: [handler] });

    const { status, body } = await server.send(open(server.mint()));

    expect({ status, body }).toEqual({ status: 500, body: "" });
  });

  it("may not answer INIT with a screen that routes lead to", async () => {
    const handler = drillWith({
      init: (reply) => show(reply as never, "DETAILS", detailsOf({ trigger: "next" })),
    });
    await using server = await buildServer({ handlers: [handler] });

    expect((await server.send(open(server.mint()))).status).toBe(500);
    expect(server.log).toMatchObject([
      { reason: "INIT: answers INIT with DETAILS, which is not an entry screen" },
    ]);
  });

  it("may not finish with parameters that its own completion schema refuses", async () => {
    const { default: drill } = await import("../helpers/fixture-flows/drill/handler.ts");
    const handler = {
      ...drillWith({ start: (_input, reply) => reply.finish({ line: 42 }) }),
      options: drill.options,
    };
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(submit(server.mint(), "show"));

    expect(clear).toEqual(fallbackOf("START"));
    expect(server.log).toMatchObject([{ reason: "START: params.line (invalid_type)" }]);
  });
});

const THROWN: readonly { readonly what: string; readonly start: () => unknown }[] = [
  {
    what: "throws an error",
    start: () => {
      throw new Error("CANARY\n    at CANARY (file.ts:1:1)");
    },
  },
  {
    what: "throws a text",
    start: () => {
      // oxlint-disable-next-line typescript/only-throw-error -- untyped code does
      throw "CANARY";
    },
  },
  {
    what: "throws nothing at all",
    start: () => {
      // oxlint-disable-next-line typescript/only-throw-error -- untyped code does
      throw undefined;
    },
  },
  { what: "rejects", start: () => Promise.reject(new TypeError("CANARY")) },
  {
    what: "rejects with a cause",
    start: () => Promise.reject(new Error("CANARY", { cause: new Error("CANARY") })),
  },
  {
    what: "returns something whose properties throw",
    start: () =>
      Object.defineProperty({}, "kind", {
        get: () => {
          throw new Error("CANARY");
        },
      }),
  },
];

describe("a handler that fails", () => {
  it.each(THROWN)("is answered for with the fallback: $what", async ({ start }) => {
    await using server = await buildServer({ handlers: [drillWith({ start })] });

    const { status, clear } = await server.send(submit(server.mint(), "show"));

    expect({ status, clear }).toEqual({ status: 200, clear: fallbackOf("START") });
    expect(server.log).toMatchObject([
      { level: "error", screen: "START", fault: "HANDLER_FAILED", status: 200 },
    ]);
    expect(JSON.stringify(server.log)).not.toContain("CANARY");
  });

  it("leaves other requests alone", async () => {
    const handler = drillWith({
      start: () => {
        throw new Error("no");
      },
    });
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint();

    const [failed, well] = await Promise.all([
      server.send(submit(token, "show")),
      server.send(submitDetails(token)),
    ]);

    expect(failed.clear).toEqual(fallbackOf("START", {}, FAILED));
    expect(well.clear).toEqual({ screen: "SUMMARY", data: { line: "t" } });
  });
});

describe("an answer that may be sent", () => {
  it("loses the keys that the screen's model does not declare", async () => {
    const handler = drillWith({
      start: (_input, reply) => show(reply, "DETAILS", { ...DETAILS, title: "t", extra: 1 }),
    });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(submit(server.mint(), "show"));

    expect(clear).toEqual({ screen: "DETAILS", data: { title: "t", count: 1, bag: {} } });
  });

  it("holds a rejection's message and the same screen", async () => {
    const handler = drillWith({ start: (_input, reply) => reply.reject("Please choose another.") });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(submit(server.mint(), "show"));

    expect(clear).toEqual({
      screen: "START",
      data: { error_message: "Please choose another." },
    });
  });

  it("ends the flow with its parameters and the flow token", async () => {
    const handler = drillWith({ start: (_input, reply) => reply.finish({ line: "done" }) });
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint();

    const { clear } = await server.send(submit(token, "show"));

    expect(clear).toEqual({
      screen: "SUCCESS",
      data: { extension_message_response: { params: { line: "done", flow_token: token } } },
    });
  });

  it("ends the message for good with 427", async () => {
    const handler = drillWith({ start: (_input, reply) => reply.expire("Sold out.") });
    await using server = await buildServer({ handlers: [handler] });

    const { status, clear } = await server.send(submit(server.mint(), "show"));

    expect({ status, clear }).toEqual({ status: 427, clear: { error_msg: "Sold out." } });
    expect(server.log).toEqual([]);
  });

  it("may go back along a route", async () => {
    const handler = drillWith({ details: (_input, reply) => reply.show("START") });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(submitDetails(server.mint()));

    expect(clear).toEqual({ screen: "START", data: {} });
  });

  it("carries text of every script and half a surrogate pair unharmed", async () => {
    const title = "שלום \u202e مرحبا Olá 👋🏽 \ud800 \0";
    const handler = drillWith({
      start: (_input, reply) => reply.show("DETAILS", { title, count: 0, bag: {} }),
    });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(submit(server.mint(), "show"));

    expect(clear).toEqual({ screen: "DETAILS", data: { title, count: 0, bag: {} } });
  });

  it("cannot be spoilt by a handler that changes its input", async () => {
    const handler = drillWith({
      details: (input, reply) => {
        Object.assign(input, { title: "changed" });
        return reply.reject("again", { title: "kept", count: 1, bag: {} });
      },
    });
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request(submitDetails(server.mint()));

    const first = await server.deliver(request);
    const again = await server.deliver(request);

    expect(again.body).toBe(first.body);
  });
});

describe("BACK", () => {
  it("runs the function of the screen that is left", async () => {
    await using server = await buildServer({ handlers: [drillWith({})] });

    const { clear } = await server.send(goBack(server.mint()));

    expect(clear).toEqual({ screen: "START", data: {} });
  });

  it("brings its function no data, whatever was sent", async () => {
    const given: unknown[][] = [];
    const handler = drillWith({
      back: (reply, ...rest) => {
        given.push(rest);
        return reply.show("START");
      },
    });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send({ ...goBack(server.mint()), data: ["CANARY"] });

    expect(clear).toEqual({ screen: "START", data: {} });
    expect(given).toHaveLength(1);
    expect(JSON.stringify(given)).not.toContain("CANARY");
  });

  it("may show the screen it was sent from", async () => {
    const handler = drillWith({
      back: (reply) => reply.reject("Stay.", { title: "stay", count: 0, bag: {} }),
    });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(goBack(server.mint()));

    expect(clear).toEqual({
      screen: "DETAILS",
      data: { title: "stay", count: 0, bag: {}, error_message: "Stay." },
    });
  });

  it("falls back to what was last shown where its function fails", async () => {
    const handler = drillWith({
      back: () => {
        throw new Error("no");
      },
    });
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));

    const { clear } = await server.send(goBack(token));

    expect(clear).toEqual(fallbackOf("DETAILS", { title: "shown", count: 1, bag: {} }));
  });

  it.each(["START", "SUMMARY", "NOWHERE", ""])(
    "does not exist for a screen without refresh_on_back: %j",
    async (screen) => {
      await using server = await buildServer({ handlers: [drillWith({})] });

      await server.send(goBack(server.mint(), screen));

      expect(server.log).toMatchObject([{ fault: "UNKNOWN_SCREEN" }]);
    },
  );
});
