// How often one may ask: addresses without a valid signature, and flows as a whole.

import { describe, expect, it } from "vitest";
import { buildServer, submit, type TestServer } from "../helpers/build-server.ts";
import { FAILED, fallbackOf, open, PING, submitDetails, drillWith } from "./drill-with.ts";

async function unsigned(
  server: TestServer,
  times: number,
  url = "/flows/drill",
  remoteAddress = "192.0.2.1",
) {
  const responses = await Promise.all(
    Array.from({ length: times }, () =>
      server.app.inject({
        method: "POST",
        url,
        remoteAddress,
        headers: { "content-type": "application/json" },
        payload: "{}",
      }),
    ),
  );
  return responses.map(({ statusCode, body }) => ({ status: statusCode, body }));
}

function countOf(answers: readonly { readonly status: number }[], status: number): number {
  return answers.filter((answer) => answer.status === status).length;
}

describe("an address without a valid signature", () => {
  it("is refused with an empty 429 after a hundred requests in a minute", async () => {
    await using server = await buildServer();

    const answers = await unsigned(server, 110);

    expect([countOf(answers, 432), countOf(answers, 429)]).toEqual([100, 10]);
    expect(answers.every(({ body }) => body === "")).toBe(true);
  });

  it("is counted by what it asks of any flow, known or not, and of unknown paths", async () => {
    await using server = await buildServer();

    const answers = [
      ...(await unsigned(server, 40, "/flows/drill")),
      ...(await unsigned(server, 30, "/flows/nobody")),
      ...(await unsigned(server, 30, "/nowhere")),
      ...(await unsigned(server, 3, "/flows/drill")),
      ...(await unsigned(server, 3, "/nowhere")),
    ];

    expect([countOf(answers, 432), countOf(answers, 404), countOf(answers, 429)]).toEqual([
      70, 30, 6,
    ]);
  });

  it("does not use up another address's share", async () => {
    await using server = await buildServer();
    await unsigned(server, 101);

    const answers = await unsigned(server, 1, "/flows/drill", "192.0.2.2");

    expect(answers.map(({ status }) => status)).toEqual([432]);
  });

  it("is not believed about where it comes from", async () => {
    await using server = await buildServer();
    await unsigned(server, 100);

    const { statusCode } = await server.app.inject({
      method: "POST",
      url: "/flows/drill",
      remoteAddress: "192.0.2.1",
      headers: { "content-type": "application/json", "x-forwarded-for": "198.51.100.1" },
      payload: "{}",
    });

    expect(statusCode).toBe(429);
  });

  it("is still served whatever is signed", async () => {
    await using server = await buildServer();
    await unsigned(server, 101);

    const answer = await server.deliver(server.phone.request(PING), "drill", {
      remoteAddress: "192.0.2.1",
    });

    expect(answer.status).toBe(200);
  });

  it("is not counted for what is signed, however wrong the rest", async () => {
    await using server = await buildServer();
    const fromThere = { remoteAddress: "192.0.2.1" };
    for (let sent = 0; sent < 60; sent += 1) {
      await server.deliver(server.phone.request(PING), "drill", fromThere);
      await server.deliver(server.phone.request(PING), "nobody", fromThere);
    }

    const answers = await unsigned(server, 100);

    expect(countOf(answers, 432)).toBe(100);
  });

  it("leaves one log line, not a hundred", async () => {
    await using server = await buildServer();

    await unsigned(server, 100);

    expect(server.log).toMatchObject([{ level: "warn", fault: "BAD_SIGNATURE" }]);
  });
});

describe("a flow over its rate", () => {
  const slow = { RATE_LIMIT_PER_SECOND: "1" };
  const times = [1, 2, 3, 4, 5];

  it("answers softly where a screen can be shown again", async () => {
    await using server = await buildServer({ settings: slow });
    const token = server.mint();

    const answers = await Promise.all(times.map(() => server.send(submit(token, "show"))));

    const soft = answers.filter(({ clear }) => JSON.stringify(clear).includes(FAILED));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(soft.length).toBeGreaterThan(0);
    expect(soft.length).toBeLessThan(times.length);
    expect(soft[0]?.clear).toEqual(fallbackOf("START"));
  });

  it("is 503 with Retry-After where none can be shown", async () => {
    await using server = await buildServer({ settings: slow });
    const token = server.mint();

    const answers = await Promise.all(times.map(() => server.send(open(token))));

    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers).toMatchObject({ "retry-after": "1" });
    expect(refused[0]?.body).toBe("");
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  it("still answers every ping", async () => {
    await using server = await buildServer({ settings: slow });
    const token = server.mint();
    await Promise.all(times.map(() => server.send(open(token))));

    const pings = await Promise.all(times.map(() => server.send(PING)));

    expect(pings.every(({ status }) => status === 200)).toBe(true);
  });

  it("does not slow another flow", async () => {
    const drill = drillWith({});
    const other = { ...drill, flow: { ...drill.flow, name: "other" } };
    await using server = await buildServer({ handlers: [drill, other], settings: slow });
    const token = server.mint();
    await Promise.all(times.map(() => server.send(open(token))));

    const { status } = await server.send(open(server.mint({ flow: "other" })), "other");

    expect(status).toBe(200);
  });

  it("is logged with its remedy", async () => {
    await using server = await buildServer({ settings: slow });
    const token = server.mint();

    await Promise.all(times.map(() => server.send(submitDetails(token))));

    expect(server.log[0]).toMatchObject({
      level: "warn",
      fault: "RATE_LIMITED",
      msg: "raise RATE_LIMIT_PER_SECOND if the traffic is legitimate",
    });
  });
});
