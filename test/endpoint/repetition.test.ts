// The same bytes again: an answer's key and IV come from its request, so there may never be two different answers.

import { describe, expect, it } from "vitest";
import { ReplayMemory } from "../../src/endpoint/replay-memory.ts";
import { buildServer, submit, type TestServer } from "../helpers/build-server.ts";
import { detailsOf, drillWith, fallbackOf, open, PING } from "./drill-with.ts";

const MINUTES = 60_000;

/** Shows a number that is another one each time. */
function counting(): {
  readonly handler: ReturnType<typeof drillWith>;
  readonly runs: () => number;
} {
  let runs = 0;
  const handler = drillWith({
    start: (input, reply) => {
      runs += 1;
      if (input.behave === "throw") throw new Error("no");
      if (input.behave === "expire") return reply.expire(`Over, ${runs}.`);
      return reply.show("DETAILS", { ...detailsOf(input), count: runs });
    },
    details: () => {
      runs += 1;
      throw new Error("no");
    },
  });
  return { handler, runs: () => runs };
}

async function replaysOf(server: TestServer): Promise<number> {
  const { text } = await server.metrics.scrape();
  return Number(/^flowpoint_replays_total (\d+)$/m.exec(text)?.[1]);
}

describe("bytes that were answered before", () => {
  it("get the same bytes again, and the handler does not run", async () => {
    const { handler, runs } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request(submit(server.mint(), "show"));

    const first = await server.deliver(request);
    server.advance(9 * MINUTES);
    const again = await server.deliver(request);

    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(runs()).toBe(1);
    expect(await replaysOf(server)).toBe(1);
  });

  it("get the first one's bytes if they come at the same time", async () => {
    const { handler, runs } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request(submit(server.mint(), "show"));

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => server.deliver(request)));

    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(runs()).toBe(1);
  });

  it("are a new request once the same is encrypted anew", async () => {
    const { handler, runs } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const clear = submit(server.mint(), "show");

    const first = await server.send(clear);
    const second = await server.send(clear);

    expect(second.body).not.toBe(first.body);
    expect(runs()).toBe(2);
  });

  it("get a fallback again, although the handler would answer by now", async () => {
    let isWell = false;
    const handler = drillWith({
      start: (input, reply) => {
        if (!isWell) throw new Error("no");
        return reply.show("DETAILS", detailsOf(input));
      },
    });
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request(submit(server.mint(), "show"));
    const first = await server.deliver(request);

    isWell = true;
    const again = await server.deliver(request);

    expect(first.clear).toEqual(fallbackOf("START"));
    expect(again.body).toBe(first.body);
  });

  it("get a 427 again", async () => {
    const { handler, runs } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request(submit(server.mint(), "expire"));

    const first = await server.deliver(request);
    const again = await server.deliver(request);

    expect([again.status, again.body]).toEqual([427, first.body]);
    expect(runs()).toBe(1);
  });

  it("get a 427 again that was about the token", async () => {
    await using server = await buildServer();
    const request = server.phone.request(submit("a token of nobody", "show"));

    const first = await server.deliver(request);
    const again = await server.deliver(request);

    expect([again.status, again.body]).toEqual([427, first.body]);
    expect(await replaysOf(server)).toBe(1);
  });

  it("get an acknowledgement again", async () => {
    await using server = await buildServer();
    const request = server.phone.request({ data: { error: "timeout_error" } });

    await server.deliver(request);
    await server.deliver(request);

    const { text } = await server.metrics.scrape();
    expect(text).toContain('flowpoint_client_errors_total{flow="drill",error="timeout_error"} 1');
  });

  it("are refused at another flow with 409 and nothing else", async () => {
    const { handler } = counting();
    const other = { ...handler, flow: { ...handler.flow, name: "other" } };
    await using server = await buildServer({ handlers: [handler, other] });
    const request = server.phone.request(submit(server.mint(), "show"));
    await server.deliver(request, "drill");

    const { status, body } = await server.deliver(request, "other");

    expect({ status, body }).toEqual({ status: 409, body: "" });
    expect(server.log.at(-1)).toMatchObject({ flow: "other", fault: "ANSWER_NOT_HELD" });
  });

  it("are refused at another flow while the first is still being answered", async () => {
    const answered = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<unknown>();
    const handler = drillWith({
      start: async (input, reply) => {
        started.resolve(null);
        await answered.promise;
        return reply.show("DETAILS", detailsOf(input));
      },
    });
    const other = { ...handler, flow: { ...handler.flow, name: "other" } };
    await using server = await buildServer({ handlers: [handler, other] });
    const request = server.phone.request(submit(server.mint(), "show"));
    const first = server.deliver(request, "drill");
    await started.promise;

    const { status, body } = await server.deliver(request, "other");
    answered.resolve(null);

    expect({ status, body }).toEqual({ status: 409, body: "" });
    expect((await first).status).toBe(200);
  });

  it("are refused with 409 once their answer had to be dropped", async () => {
    const { handler, runs } = counting();
    // Room for one answer.
    const replays = new ReplayMemory({ elapsedMs: () => 1, maxHeldBytes: 700 });
    await using server = await buildServer({ handlers: [handler], parts: { replays } });
    const token = server.mint();
    const request = server.phone.request(submit(token, "show"));
    await server.deliver(request);
    await server.send(submit(token, "show"));

    const { status, body } = await server.deliver(request);

    expect({ status, body }).toEqual({ status: 409, body: "" });
    expect(runs()).toBe(2);
  });

  it("are new again after ten minutes and a little", async () => {
    const { handler, runs } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request(submit(server.mint(), "show"));
    await server.deliver(request);

    server.advance(10 * MINUTES);
    await server.deliver(request);
    expect(runs()).toBe(1);

    server.advance(0.5 * MINUTES);
    await server.deliver(request);
    expect(runs()).toBe(2);
  });
});

describe("bytes whose answer is not remembered", () => {
  it.each([
    { status: 500, clear: "details" },
    { status: 400, clear: "unknown action" },
    { status: 400, clear: "no JSON" },
  ])("run again after $status for $clear", async ({ status, clear }) => {
    const { handler } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint();
    const clears: Readonly<Record<string, string | object>> = {
      details: {
        ...submit(token, ""),
        screen: "DETAILS",
        data: { title: "t", count: 1, bag: {} },
      },
      "unknown action": { action: "navigate" },
      "no JSON": "no JSON",
    };
    const request = server.phone.request(clears[clear] ?? "");

    const statuses = [await server.deliver(request), await server.deliver(request)];

    expect(statuses.map((each) => each.status)).toEqual([status, status]);
    expect(await replaysOf(server)).toBe(0);
  });

  it("fail alike when they come at the same time, after one run", async () => {
    const { handler, runs } = counting();
    await using server = await buildServer({ handlers: [handler] });
    const request = server.phone.request({
      ...submit(server.mint(), ""),
      screen: "DETAILS",
      data: { title: "t", count: 1, bag: {} },
    });

    const answers = await Promise.all([1, 2, 3].map(() => server.deliver(request)));

    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(runs()).toBe(1);
  });

  it("may be a ping, at any flow, any number of times", async () => {
    const { handler } = counting();
    const other = { ...handler, flow: { ...handler.flow, name: "other" } };
    await using server = await buildServer({ handlers: [handler, other] });
    const request = server.phone.request(PING);

    const answers = [
      await server.deliver(request, "drill"),
      await server.deliver(request, "other"),
      await server.deliver(request, "drill"),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await replaysOf(server)).toBe(0);
  });
});

function answer(
  body: string,
): Promise<{ readonly answer: { status: number; body: string }; readonly remember: true }> {
  return Promise.resolve({ answer: { status: 200, body }, remember: true });
}

describe("the memory of answers", () => {
  it("drops the oldest answers first, however often they were asked for", async () => {
    const memory = new ReplayMemory({ elapsedMs: () => 1, maxHeldBytes: 1_000 });
    const bodies = ["a", "b", "c", "d"].map((text) => Buffer.from(text));
    const [a, b, c, d] = bodies as [Buffer, Buffer, Buffer, Buffer];
    await memory.answerOnce(a, "drill", () => answer("1"));
    await memory.answerOnce(b, "drill", () => answer("2"));
    await memory.answerOnce(c, "drill", () => answer("3"));
    await memory.answerOnce(a, "drill", () => answer("another"));

    await memory.answerOnce(d, "drill", () => answer("4"));

    await expect(memory.answerOnce(a, "drill", () => answer("another"))).rejects.toMatchObject({
      code: "ANSWER_NOT_HELD",
    });
    expect(await memory.answerOnce(b, "drill", () => answer("another"))).toEqual({
      answer: { status: 200, body: "2" },
      replayed: true,
    });
  });

  it("does not hold an answer that is larger than all its room, and still knows the request", async () => {
    const memory = new ReplayMemory({ elapsedMs: () => 1, maxHeldBytes: 1_000 });
    const body = Buffer.from("a");
    await memory.answerOnce(body, "drill", () => answer("x".repeat(2_000)));

    await expect(memory.answerOnce(body, "drill", () => answer("another"))).rejects.toMatchObject({
      code: "ANSWER_NOT_HELD",
    });
  });

  it("forgets a request whose work failed", async () => {
    const memory = new ReplayMemory({ elapsedMs: () => 1 });
    const body = Buffer.from("a");
    await expect(
      memory.answerOnce(body, "drill", () => Promise.reject(new Error("no"))),
    ).rejects.toThrow("no");

    expect(await memory.answerOnce(body, "drill", () => answer("1"))).toMatchObject({
      replayed: false,
    });
  });

  it("lets no handler run when it is full, and answers pings all the same", async () => {
    const { handler, runs } = counting();
    const full = new ReplayMemory({ elapsedMs: () => 1, maxIds: 1 });
    await full.answerOnce(Buffer.from("a"), "drill", () => answer("1"));
    await using server = await buildServer({ handlers: [handler], parts: { replays: full } });

    const refused = await server.send(submit(server.mint(), "show"));

    expect([refused.status, runs()]).toEqual([503, 0]);
    expect((await server.send(PING)).status).toBe(200);
  });

  it("tells INIT requests apart by their bytes alone", async () => {
    await using server = await buildServer();
    const token = server.mint();

    const first = await server.send(open(token));
    const second = await server.send(open(token));

    expect(first.clear).toEqual(second.clear);
    expect(first.body).not.toBe(second.body);
  });
});
