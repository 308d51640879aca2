// A handler is slow for a request that the relay has under way and was told to slow down, and for no other.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFlows } from "../../src/app/create-flows.ts";
import type { Settings } from "../../src/app/settings.ts";
import type { Call } from "../../src/flows/call.ts";
import type { LoadedFlow } from "../../src/flows/loaded-flow.ts";
import { loadHandlers } from "../../src/flows/load-handlers.ts";
import { reply } from "../../src/flows/reply.ts";
import type { RelayFault } from "../../src/player/api.ts";
import { LogLines } from "../../src/player/log-lines.ts";
import { Relay, RELAY_HEADER } from "../../src/player/relay.ts";
import { slowable, withSlowHandlers } from "../../src/player/slow-handlers.ts";
import type { Database } from "../../src/storage/database.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { FIXTURE_FLOWS } from "../helpers/spawn-server.ts";
import { flow as contract } from "../helpers/fixture-flows/drill/contract.gen.ts";

/** Its handlers answer at once, with their own names. */
const quick: LoadedFlow = {
  name: "drill",
  contract,
  options: {},
  behaviour: {
    init: () => "init",
    exchange: new Map([["START", (input: unknown) => input]]),
    back: new Map([["DETAILS", () => "back"]]),
    completed: () => "completed",
    erase: null,
    close: null,
  },
};

function createCall() {
  const deadline = new AbortController();
  // Of a call, these handlers use nothing else.
  const call = { signal: deadline.signal } as Call;
  return { call, pass: () => deadline.abort() };
}

const { init, exchange, back, completed } = slowable(quick).behaviour;
const handlers: readonly [string, (call: Call) => unknown][] = [
  ["init", (call) => init?.(reply, call)],
  ["exchange", (call) => exchange.get("START")?.("exchange", reply, call)],
  ["back", (call) => back.get("DETAILS")?.(reply, call)],
];

/** What a handler answers in a slow request: a promise, while it waits. */
function runSlowly(handler: (call: Call) => unknown, call: Call): unknown {
  const answers: unknown[] = [];
  withSlowHandlers(() => answers.push(handler(call)));
  return answers[0];
}

describe.each(handlers)("%s", (name, handler) => {
  it("answers at once where nobody asked for more", () => {
    expect(handler(createCall().call)).toBe(name);
  });

  it("begins when its deadline has passed, where it is to be slow", async () => {
    const { call, pass } = createCall();

    const answer = runSlowly(handler, call);
    const first = await Promise.race([answer, new Promise((resolve) => setImmediate(resolve))]);
    pass();

    expect(first).toBeUndefined();
    expect(await answer).toBe(name);
  });

  it("begins at once where the deadline has passed before", async () => {
    const { call, pass } = createCall();
    pass();

    expect(await runSlowly(handler, call)).toBe(name);
  });
});

it("completed is left as it is", () => {
  expect(completed).toBe(quick.behaviour.completed);
});

/** Relays to a server that receives each request twice. @returns whether the handlers were slow */
async function relayTwice(fault: RelayFault): Promise<readonly boolean[]> {
  const lines = new LogLines();
  const clock = { now: () => new Date("2026-11-02T09:00:00Z") };
  const relays = new Relay({ appSecret: "secret", tls: {}, lines, clock, elapsedMs: () => 0 });
  const isSlow: boolean[] = [];
  const server = createServer((request, response) => {
    const id = String(request.headers[RELAY_HEADER]);
    for (const header of [id, id, "guessed"]) {
      relays.receive(header, () => isSlow.push(init?.(reply, createCall().call) !== "init"));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // A TCP listener has one.
  const { port } = server.address() as AddressInfo;
  await relays.exchange(`http://127.0.0.1:${port}`, "drill", { body: "{}", fault });
  return isSlow;
}

it.each([
  ["development", true],
  ["production", false],
] as const)("a server in %s has flows that can be made slow: %s", async (profile, isSlowable) => {
  const modules = await loadHandlers(FIXTURE_FLOWS, "refuse");
  // Making flows asks nothing else of the two.
  const settings = { profile, handlerEnv: {} } as Settings;
  const database = { forFlow: () => ({}) } as unknown as Database;
  const { log } = captureLog();
  const flows = await createFlows(modules, database, settings, log);
  const begin = flows.find(({ name }) => name === "drill")?.behaviour.init;
  const { call, pass } = createCall();

  const answer = runSlowly(() => begin?.(reply, { ...call, claims: {} }), call);
  pass();

  expect(answer instanceof Promise).toBe(isSlowable);
  expect(await answer).toMatchObject({ kind: "show", screen: "START" });
});

describe("the relay", () => {
  it("slows the handlers of the one request that it was told to", async () => {
    expect(await relayTwice("slow-handler")).toEqual([true, false, false]);
  });

  it("slows no other", async () => {
    expect(await relayTwice(null)).toEqual([false, false, false]);
  });
});
