// In which order the endpoint checks a request: each test sends one that breaks two rules, and sees the first told.

import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildServer, submit, type TestServer } from "../helpers/build-server.ts";
import { headersFor, type SignedRequest } from "../helpers/phone.ts";
import { drillWith, EXPIRED, fallbackOf, open, PING } from "./drill-with.ts";

const APP_SECRET = "app-secret-of-the-tests";
const TOO_LONG = Buffer.alloc(2 * 1024 * 1024 + 1, "a");

function signed(body: string | Buffer): SignedRequest {
  const bytes = Buffer.from(body);
  return { body: bytes, headers: headersFor(bytes, APP_SECRET), decrypt: (answer) => answer };
}

describe("the order of the checks", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await buildServer({ handlers: [drillWith({})] });
  });

  afterAll(() => server.stop());

  async function statusOf(request: SignedRequest, overrides: InjectOptions, flow = "drill") {
    return (await server.deliver(request, flow, overrides)).status;
  }

  it("looks at the method before the content type", async () => {
    const headers = { "content-type": "text/plain" };

    expect(await statusOf(signed("x"), { method: "PUT", headers })).toBe(405);
  });

  it("looks at the content type before the length", async () => {
    const headers = { "content-type": "text/plain" };

    expect(await statusOf(signed(TOO_LONG), { headers })).toBe(415);
  });

  it("looks at the content encoding before the length", async () => {
    const request = signed(TOO_LONG);
    const headers = { ...request.headers, "content-encoding": "gzip" };

    expect(await statusOf(request, { headers })).toBe(415);
  });

  it("looks at the length before the signature", async () => {
    const headers = { "content-type": "application/json" };

    expect(await statusOf(signed(TOO_LONG), { headers })).toBe(413);
  });

  it("looks at the signature before the flow's name", async () => {
    const headers = { "content-type": "application/json" };

    expect(await statusOf(signed("{}"), { headers }, "nobody")).toBe(432);
  });

  it("looks at the signature before it remembers a request", async () => {
    const request = server.phone.request(open(server.mint()));
    const headers = { "content-type": "application/json" };

    expect(await statusOf(request, {})).toBe(200);
    expect(await statusOf(request, { headers })).toBe(432);
  });

  it("looks at the flow's name before it remembers a request", async () => {
    const request = server.phone.request(open(server.mint()));

    expect(await statusOf(request, {})).toBe(200);
    expect(await statusOf(request, {}, "nobody")).toBe(404);
  });

  it("looks at the flow's name before the envelope", async () => {
    expect(await statusOf(signed("no envelope"), {}, "nobody")).toBe(404);
  });

  it("looks at the envelope's form before its base64", async () => {
    const envelope = { encrypted_flow_data: "?", encrypted_aes_key: "?" };

    expect(await statusOf(signed(JSON.stringify(envelope)), {})).toBe(400);
  });

  it("looks at the encryption before the clear text", async () => {
    const request = server.phone.request("no JSON", { tagBytes: 12 });

    expect(await statusOf(request, {})).toBe(421);
  });

  it("looks at the clear text's form before it sees an error notification", async () => {
    const deep = JSON.parse("[".repeat(40) + "]".repeat(40)) as unknown;
    const request = server.phone.request({ data: { error: "timeout_error" }, deep });

    expect(await statusOf(request, {})).toBe(400);
  });

  it("sees an error notification before a ping", async () => {
    const { clear } = await server.send({ ...PING, data: { error: "timeout_error" } });

    expect(clear).toEqual({ data: { acknowledged: true } });
  });

  it("sees an error notification before an unknown action", async () => {
    const { clear } = await server.send({ action: "navigate", data: { error: "timeout_error" } });

    expect(clear).toEqual({ data: { acknowledged: true } });
  });

  it("sees an error notification before the flow token", async () => {
    const { clear } = await server.send({
      ...submit("a token of nobody", "show"),
      data: { error: "timeout_error" },
    });

    expect(clear).toEqual({ data: { acknowledged: true } });
  });

  it("sees a ping before the flow token", async () => {
    expect((await server.send({ ...PING, flow_token: "a token of nobody" })).status).toBe(200);
  });

  it("looks at the action before the flow token", async () => {
    const request = { ...submit("a token of nobody", "show"), action: "navigate" };

    expect((await server.send(request)).status).toBe(400);
  });

  it("looks at the flow token before the screen", async () => {
    const answer = await server.send({ ...submit("a token of nobody", "show"), screen: "NOWHERE" });

    expect(answer).toMatchObject({ status: 427, clear: EXPIRED });
  });

  it("looks at the flow token before the input", async () => {
    const answer = await server.send({ ...submit("a token of nobody", "show"), data: {} });

    expect(answer).toMatchObject({ status: 427, clear: EXPIRED });
  });

  it("looks at the screen before the input", async () => {
    const request = { ...submit(server.mint(), "show"), screen: "NOWHERE", data: {} };

    expect((await server.send(request)).status).toBe(400);
    expect(server.log.at(-1)).toMatchObject({ fault: "UNKNOWN_SCREEN" });
  });
});

describe("the order of the last checks", () => {
  it("looks at the input before the flow's rate", async () => {
    await using server = await buildServer({ settings: { RATE_LIMIT_PER_SECOND: "1" } });
    const token = server.mint();
    const misfit = { ...submit(token, "show"), data: {} };

    const answers = await Promise.all([1, 2, 3, 4].map(() => server.send(misfit)));

    expect(answers.map(({ clear }) => clear)).toEqual([1, 2, 3, 4].map(() => fallbackOf("START")));
    expect(server.log.map(({ ["fault"]: fault }) => fault)).toEqual(
      [1, 2, 3, 4].map(() => "INPUT_REFUSED"),
    );
  });

  it("looks at the flow's rate before the handler runs", async () => {
    let runs = 0;
    const handler = drillWith({
      start: (_input, reply) => {
        runs += 1;
        return reply.reject("no");
      },
    });
    await using server = await buildServer({
      handlers: [handler],
      settings: { RATE_LIMIT_PER_SECOND: "1" },
    });
    const token = server.mint();

    await Promise.all([1, 2, 3, 4].map(() => server.send(submit(token, "show"))));

    const limited = server.log.filter(({ ["fault"]: fault }) => fault === "RATE_LIMITED").length;
    expect(limited).toBeGreaterThan(0);
    expect(runs).toBe(4 - limited);
  });
});
