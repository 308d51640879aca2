// What a user sees when the handler could not answer: the same screen, as it was last shown, with a message.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildServer, submit, type TestServer } from "../helpers/build-server.ts";
import {
  detailsOf,
  drillWith,
  FAILED,
  fallbackOf,
  goBack,
  open,
  submitDetails,
} from "./drill-with.ts";

const SHOWN = { title: "shown", count: 1, bag: {} };

/** Fails wherever it is told to; shows what it is given otherwise. */
const failing = drillWith({
  init: (reply, call) => {
    if (call.claims["init"] === "fail") throw new Error("no");
    return reply.show("START");
  },
  start: (input, reply) => {
    if (input.behave === "throw") throw new Error("no");
    if (input.behave === "finish") return reply.finish({ line: "done" });
    if (input.behave === "expire") return reply.expire("Over.");
    return reply.show("DETAILS", detailsOf(input));
  },
  details: (input, reply) => {
    if (input["title"] === "throw") throw new Error("no");
    return reply.reject("Not yet.", { title: "rejected", count: 2, bag: { kept: true } });
  },
});

function anyToken(): Record<string, unknown> {
  return {};
}

describe("the fallback answer", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await buildServer({ handlers: [failing] });
  });

  afterAll(() => server.stop());

  it("is the same screen with a message, where the screen needs no data", async () => {
    const { clear } = await server.send(submit(server.mint(), "throw"));

    expect(clear).toEqual(fallbackOf("START"));
  });

  it("holds the data last sent for this token and screen", async () => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));

    const { clear } = await server.send(submitDetails(token, { title: "throw" }));

    expect(clear).toEqual(fallbackOf("DETAILS", SHOWN));
  });

  it("holds what a rejection showed, but not its message", async () => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));
    await server.send(submitDetails(token));

    const { clear } = await server.send(submitDetails(token, { title: "throw" }));

    expect(clear).toEqual(
      fallbackOf("DETAILS", { title: "rejected", count: 2, bag: { kept: true } }),
    );
  });

  it("remembers each screen by itself", async () => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));
    await server.send(goBack(token));

    const { clear } = await server.send(submitDetails(token, { title: "throw" }));

    expect(clear).toEqual(fallbackOf("DETAILS", SHOWN));
  });

  it("is given again and again", async () => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));
    await server.send(submitDetails(token, { title: "throw" }));

    const { clear } = await server.send(submitDetails(token, { title: "throw" }));

    expect(clear).toEqual(fallbackOf("DETAILS", SHOWN));
  });

  it("answers input that does not fit the screen", async () => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));

    const { clear } = await server.send(submitDetails(token, { count: "many" }));

    expect(clear).toEqual(fallbackOf("DETAILS", SHOWN));
  });

  it("is 400 for input that does not fit, where nothing was shown", async () => {
    const { status, body } = await server.send(submitDetails(server.mint(), { count: "many" }));

    expect({ status, body }).toEqual({ status: 400, body: "" });
  });

  it("is 500 for a failure where nothing was shown", async () => {
    const { status, body } = await server.send(submitDetails(server.mint(), { title: "throw" }));

    expect({ status, body }).toEqual({ status: 500, body: "" });
  });

  it("is 500 on INIT, which has no screen to fall back to", async () => {
    const token = server.mint({ claims: { init: "fail" } });

    const { status, body } = await server.send(open(token));

    expect({ status, body }).toEqual({ status: 500, body: "" });
  });

  it("is 500 on INIT even if INIT names a screen", async () => {
    const token = server.mint({ claims: { init: "fail" } });

    expect((await server.send({ ...open(token), screen: "START" })).status).toBe(500);
  });

  it("never shows one token what another was shown", async () => {
    await server.send(submit(server.mint(), "show", "somebody else's"));

    const { status, body } = await server.send(submitDetails(server.mint(), { title: "throw" }));

    expect({ status, body }).toEqual({ status: 500, body: "" });
  });

  it.each(["finish", "expire"])("forgets what was shown on %s", async (ending) => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));
    await server.send(submit(token, ending));

    expect((await server.send(submitDetails(token, { title: "throw" }))).status).toBe(500);
  });

  it("forgets what was shown once the token is refused", async () => {
    const token = server.mint({ ttlSeconds: 60 });
    await server.send(submit(token, "show", "shown"));
    server.advance(61_000);
    expect((await server.send(submitDetails(token))).status).toBe(427);
    server.advance(-61_000);

    expect((await server.send(submitDetails(token, { title: "throw" }))).status).toBe(500);
  });

  it("keeps what was shown for 30 minutes", async () => {
    const token = server.mint();
    await server.send(submit(token, "show", "shown"));

    server.advance(30 * 60_000 - 1);
    expect((await server.send(submitDetails(token, { title: "throw" }))).clear).toEqual(
      fallbackOf("DETAILS", SHOWN),
    );
    server.advance(2);
    expect((await server.send(submitDetails(token, { title: "throw" }))).status).toBe(500);
  });

  it("is logged once, with the screen and without a value", async () => {
    const before = server.log.length;

    await server.send(submit(server.mint(), "throw", "CANARY"));

    const lines = server.log.slice(before);
    expect(lines).toMatchObject([
      { level: "error", flow: "drill", screen: "START", fault: "HANDLER_FAILED", status: 200 },
    ]);
    expect(JSON.stringify(lines)).not.toContain("CANARY");
  });
});

describe("the fallback answer of a token that nobody verified", () => {
  it("shows no data, whoever brings the token", async () => {
    await using server = await buildServer({
      handlers: [failing],
      settings: { FLOW_TOKEN_POLICY: "any" },
    });
    await server.send(submit("a token of ours", "show", "shown"));

    const answer = await server.send(submitDetails("a token of ours", { title: "throw" }));

    expect(answer).toMatchObject({ status: 500, body: "" });
  });

  it("shows the last data where a function of the flow vouched for the token", async () => {
    await using server = await buildServer({
      handlers: [
        { ...failing, options: { tokens: (token) => (token === "theirs" ? { user: 1 } : null) } },
      ],
    });
    await server.send(submit("theirs", "show", "shown"));

    const answer = await server.send(submitDetails("theirs", { title: "throw" }));

    expect(answer.clear).toEqual(fallbackOf("DETAILS", SHOWN));
  });

  it("keeps two flows apart that take the same foreign token", async () => {
    const other = { ...failing.flow, name: "other" };
    await using server = await buildServer({
      handlers: [
        { ...failing, options: { tokens: anyToken } },
        { ...failing, flow: other, options: { tokens: anyToken } },
      ],
    });
    await server.send(submit("shared", "show", "the first flow's"), "drill");

    const answer = await server.send(submitDetails("shared", { title: "throw" }), "other");

    expect(answer).toMatchObject({ status: 500, body: "" });
  });
});

describe("the messages", () => {
  it("are the flow's own where it has some", async () => {
    await using server = await buildServer({
      handlers: [{ ...failing, options: { messages: { failed: "Ups.", expired: "Vorbei." } } }],
    });

    const failed = await server.send(submit(server.mint(), "throw"));
    const expired = await server.send(submit(server.mint({ ttlSeconds: 0 }), "show"));

    expect(failed.clear).toEqual(fallbackOf("START", {}, "Ups."));
    expect(expired.clear).toEqual({ error_msg: "Vorbei." });
  });

  it("have defaults for those that the flow leaves out", async () => {
    await using server = await buildServer({
      handlers: [{ ...failing, options: { messages: { expired: "Vorbei." } } }],
    });

    const { clear } = await server.send(submit(server.mint(), "throw"));

    expect(clear).toEqual(fallbackOf("START", {}, FAILED));
  });
});
