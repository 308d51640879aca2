// Whose request it is: the three policies for flow tokens, and what a handler learns of them.

import { createHmac } from "node:crypto";
import type { Call, HandlerOptions } from "flowpoint";
import { describe, expect, it } from "vitest";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import {
  buildServer,
  FLOW_TOKEN_SECRET,
  type ServerOptions,
  submit,
} from "../helpers/build-server.ts";
import {
  CHANGED,
  detailsOf,
  drillWith,
  EXPIRED,
  fallbackOf,
  goBack,
  open,
  submitDetails,
} from "./drill-with.ts";

/** Keeps every call its handler was given. */
function recording(options: HandlerOptions = {}): {
  readonly handler: ReturnType<typeof drillWith>;
  readonly calls: Call[];
} {
  const calls: Call[] = [];
  const handler = drillWith(
    {
      init: (reply, call) => {
        calls.push(call);
        return reply.show("START");
      },
      start: (input, reply, call) => {
        calls.push(call);
        return input.behave === "finish"
          ? reply.finish({ line: "done" })
          : reply.show("DETAILS", detailsOf(input));
      },
    },
    options,
  );
  return { handler, calls };
}

/** Sends one submit with a token and tells what came of it. */
async function trial(
  token: string | null,
  {
    options = {},
    ...server
  }: Pick<ServerOptions, "settings"> & { readonly options?: HandlerOptions } = {},
) {
  const { handler, calls } = recording(options);
  await using built = await buildServer({ handlers: [handler], ...server });
  const { status, clear } = await built.send(submit(token, "show"));
  return {
    status,
    clear,
    calls,
    fault: built.log.at(-1)?.["fault"],
    log: JSON.stringify(built.log),
  };
}

function jwt(header: object, payload: object, secret: string): string {
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

describe("the signed policy", () => {
  const payload = { f: "drill", h: "0", exp: 4_000_000_000, jti: "x" };

  it.each([
    { what: "none", token: null },
    { what: "an empty one", token: "" },
    { what: "Meta's default", token: "unused" },
    { what: "a text of nobody", token: "CANARY" },
    { what: "4 KB", token: "CANARY".repeat(700) },
    {
      what: "alg none",
      token: `${jwt({ alg: "none" }, payload, "").split(".").slice(0, 2).join(".")}.`,
    },
    {
      what: "alg none, signed all the same",
      token: jwt({ alg: "none" }, payload, FLOW_TOKEN_SECRET),
    },
    { what: "another algorithm's name", token: jwt({ alg: "HS512" }, payload, FLOW_TOKEN_SECRET) },
    { what: "another secret", token: jwt({ alg: "HS256" }, payload, "CANARY") },
    {
      what: "no flow in it",
      token: jwt({ alg: "HS256" }, { ...payload, f: 1 }, FLOW_TOKEN_SECRET),
    },
    {
      what: "no expiry in it",
      token: jwt({ alg: "HS256" }, { ...payload, exp: "x" }, FLOW_TOKEN_SECRET),
    },
  ])("refuses a token with 427: $what", async ({ token }) => {
    const { status, clear, calls, fault, log } = await trial(token);

    expect({ status, clear, fault }).toEqual({
      status: 427,
      clear: EXPIRED,
      fault: "TOKEN_REFUSED",
    });
    expect(calls).toEqual([]);
    expect(log).not.toContain("CANARY");
  });

  it("refuses a token for INIT and BACK as well", async () => {
    await using server = await buildServer();

    const answers = [await server.send(open("x")), await server.send(goBack("x"))];

    expect(answers.map(({ status }) => status)).toEqual([427, 427]);
  });

  it("refuses a token one character of which was changed", async () => {
    await using server = await buildServer();
    const token = server.mint();
    const changed = [0, 30, token.length - 1].map(
      (at) => `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`,
    );

    for (const each of changed) expect((await server.send(open(each))).status).toBe(427);
  });

  it("refuses a token of another flow, and says so in the log", async () => {
    await using server = await buildServer();
    const token = server.mint({ flow: "other" });

    const { status, clear } = await server.send(open(token));

    expect({ status, clear }).toEqual({ status: 427, clear: EXPIRED });
    expect(server.log).toMatchObject([{ fault: "TOKEN_OF_ANOTHER_FLOW" }]);
  });

  it("takes a token until the second it expires", async () => {
    await using server = await buildServer();
    // The clock stands one second past a whole minute.
    const token = server.mint({ ttlSeconds: 60 });

    server.advance(59_999);
    expect((await server.send(open(token))).status).toBe(200);
    server.advance(1);
    expect((await server.send(open(token))).status).toBe(427);
    expect(server.log).toMatchObject([{ fault: "TOKEN_EXPIRED" }]);
  });

  it("takes a token under a secret that is being rotated out", async () => {
    const old = "the-flow-token-secret-before-0123456789";
    const minted = createFlowTokens([old]).mint({
      flow: "drill",
      expiresAtSeconds: 4_000_000_000,
      id: "x",
      contractHash: "0",
      claims: {},
    });

    const { status } = await trial(minted, {
      settings: { FLOW_TOKEN_SECRET: `${FLOW_TOKEN_SECRET},${old}` },
    });

    expect(status).toBe(200);
  });

  it("gives the handler the token and its claims", async () => {
    const { handler, calls } = recording();
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint({ claims: { customer: 7 } });

    await server.send(open(token));

    expect(calls).toMatchObject([{ flow: "drill", flowToken: token, claims: { customer: 7 } }]);
  });

  it("can be a flow's own choice where the server takes any token", async () => {
    const { status } = await trial("x", {
      options: { tokens: "signed" },
      settings: { FLOW_TOKEN_POLICY: "any" },
    });

    expect(status).toBe(427);
  });
});

describe("the any policy", () => {
  const any = { settings: { FLOW_TOKEN_POLICY: "any" } };

  it("takes a token of nobody, without claims", async () => {
    const { status, calls } = await trial("x", any);

    expect(status).toBe(200);
    expect(calls).toMatchObject([{ flowToken: "x", claims: {} }]);
  });

  it.each([null, "", "unused"])("takes no token at all: %j", async (token) => {
    const { status, calls } = await trial(token, any);

    expect(status).toBe(200);
    expect(calls).toMatchObject([{ flowToken: null, claims: {} }]);
  });

  it("still refuses a token that was minted here and has expired", async () => {
    await using server = await buildServer({ settings: { FLOW_TOKEN_POLICY: "any" } });

    expect((await server.send(open(server.mint({ ttlSeconds: 0 })))).status).toBe(427);
  });

  it("still refuses a token that was minted here for another flow", async () => {
    await using server = await buildServer({ settings: { FLOW_TOKEN_POLICY: "any" } });

    expect((await server.send(open(server.mint({ flow: "other" })))).status).toBe(427);
  });

  it("gives the claims of a token that was minted here", async () => {
    const { handler, calls } = recording({ tokens: "any" });
    await using server = await buildServer({ handlers: [handler] });

    await server.send(open(server.mint({ claims: { customer: 7 } })));

    expect(calls).toMatchObject([{ claims: { customer: 7 } }]);
  });

  it("finishes without a flow token where there is none", async () => {
    await using server = await buildServer({ handlers: [recording().handler], ...any });

    const { clear } = await server.send(submit(null, "finish"));

    expect(clear).toEqual({
      screen: "SUCCESS",
      data: { extension_message_response: { params: { line: "done" } } },
    });
  });
});

describe("a tokens function", () => {
  it("gives the claims of a token that another system minted", async () => {
    const { status, calls } = await trial("theirs-7", {
      options: { tokens: (token) => ({ customer: token?.split("-")[1] }) },
    });

    expect(status).toBe(200);
    expect(calls).toMatchObject([{ flowToken: "theirs-7", claims: { customer: "7" } }]);
  });

  it("may answer later", async () => {
    const { calls } = await trial("theirs", { options: { tokens: async () => ({ late: true }) } });

    expect(calls).toMatchObject([{ claims: { late: true } }]);
  });

  it("refuses a token with null", async () => {
    const { status, clear, calls } = await trial("theirs", { options: { tokens: () => null } });

    expect({ status, clear }).toEqual({ status: 427, clear: EXPIRED });
    expect(calls).toEqual([]);
  });

  it.each([null, "", "unused"])("is asked about no token with null: %j", async (token) => {
    const asked: (string | null)[] = [];
    const { status } = await trial(token, {
      options: {
        tokens: (given) => {
          asked.push(given);
          return {};
        },
      },
    });

    expect(status).toBe(200);
    expect(asked).toEqual([null]);
  });

  it("that fails keeps the user on the screen, and shows nothing that was remembered", async () => {
    let fails = false;
    const { handler } = recording({
      tokens: () => {
        if (fails) throw new Error("CANARY");
        return {};
      },
    });
    await using server = await buildServer({ handlers: [handler] });
    await server.send(submit("theirs", "show", "shown"));
    fails = true;

    const onStart = await server.send(submit("theirs", "show"));
    const onDetails = await server.send(submitDetails("theirs"));

    expect(onStart.clear).toEqual(fallbackOf("START"));
    expect(onDetails).toMatchObject({ status: 500, body: "" });
    expect(server.log).toMatchObject([{ fault: "HANDLER_FAILED" }, { fault: "HANDLER_FAILED" }]);
    expect(JSON.stringify(server.log)).not.toContain("CANARY");
  });

  it("that fails once costs nobody what was remembered", async () => {
    let fails = false;
    const handler = drillWith(
      {
        details: () => {
          throw new Error("no");
        },
      },
      {
        tokens: () => {
          if (fails) throw new Error("no");
          return {};
        },
      },
    );
    await using server = await buildServer({ handlers: [handler] });
    await server.send(submit("theirs", "show", "shown"));
    fails = true;
    await server.send(submit("theirs", "show"));
    fails = false;

    const { clear } = await server.send(submitDetails("theirs"));

    expect(clear).toEqual(fallbackOf("DETAILS", { title: "shown", count: 1, bag: {} }));
  });
});

describe("a token that was minted for an older contract", () => {
  const older = { contractHash: "000000000000" };

  it("is served while what it brings still fits", async () => {
    await using server = await buildServer();
    const token = server.mint(older);

    expect((await server.send(open(token))).status).toBe(200);
    expect((await server.send(submit(token, "show"))).status).toBe(200);
  });

  it.each([
    { what: "a screen that is no more", change: { screen: "GONE" } },
    { what: "a screen that takes no BACK any more", change: { action: "BACK", screen: "START" } },
    { what: "input that no longer fits", change: { data: { old: true } } },
  ])("gets 427 and the words for it: $what", async ({ change }) => {
    await using server = await buildServer();

    const { status, clear } = await server.send({
      ...submit(server.mint(older), "show"),
      ...change,
    });

    expect({ status, clear }).toEqual({ status: 427, clear: CHANGED });
    expect(server.log).toMatchObject([{ fault: "CONTRACT_CHANGED" }]);
  });

  it("gets the fallback for a failure, like any other", async () => {
    const handler = drillWith({
      start: () => {
        throw new Error("no");
      },
    });
    await using server = await buildServer({ handlers: [handler] });

    const { clear } = await server.send(submit(server.mint(older), "show"));

    expect(clear).toEqual(fallbackOf("START"));
  });
});

async function keysOf(requests: readonly (readonly [string | null, string])[]) {
  const { handler, calls } = recording({ tokens: "any" });
  await using server = await buildServer({ handlers: [handler] });
  for (const [token, note] of requests) await server.send(submit(token, "show", note));
  return calls.map(({ key }) => key);
}

describe("call.key", () => {
  it("is the same for the same submit", async () => {
    const [first, second] = await keysOf([
      ["token", "note"],
      ["token", "note"],
    ]);

    expect(second).toBe(first);
  });

  it("is another one for another submit, another token, or none", async () => {
    const keys = await keysOf([
      ["token", "note"],
      ["token", "another note"],
      ["another token", "note"],
      [null, "note"],
      [null, "note"],
    ]);

    expect(new Set(keys).size).toBe(5);
  });

  it("does not hold the token or the answers", async () => {
    const [key] = await keysOf([["CANARY", "CANARY"]]);

    expect(key).not.toContain("CANARY");
  });
});
