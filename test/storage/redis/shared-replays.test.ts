// The same bytes at several instances: with Redis there is one answer to them, whoever is asked.

import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { detailsOf, drillWith, fallbackOf, open, PING } from "../../endpoint/drill-with.ts";
import { submit, type TestServer } from "../../helpers/build-server.ts";
import type { SignedRequest } from "../../helpers/phone.ts";
import { type RedisServer, startRedis } from "../../helpers/redis.ts";
import { requirePart } from "../../parts/require-part.ts";
import { keyOf, startInstance } from "./shared-state.ts";

/** Shows a number that is another one each time, over all instances it is given to. */
function counting() {
  let runs = 0;
  const handler = drillWith({
    start: (input, reply) => {
      runs += 1;
      if (input.behave === "throw") throw new Error("no");
      if (input.behave === "expire") return reply.expire(`Over, ${runs}.`);
      return reply.show("DETAILS", { ...detailsOf(input), count: runs });
    },
    init: (reply) => {
      runs += 1;
      if (runs === 1) throw new Error("not the first time");
      return reply.show("START");
    },
  });
  return { handler, runs: () => runs };
}

/** Answers when it is told to, and with `title`, so that two of them do not answer alike by chance. */
function waiting(title: string) {
  const started = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let runs = 0;
  const handler = drillWith({
    start: async (input, reply) => {
      runs += 1;
      started.resolve();
      await goOn.promise;
      return reply.show("DETAILS", { ...detailsOf(input), title, count: runs });
    },
  });
  return { handler, started: started.promise, goOn: goOn.resolve, runs: () => runs };
}

async function show(server: TestServer): Promise<SignedRequest> {
  return server.phone.request(submit(server.mint(), "show"));
}

requirePart("redis")("bytes that came to another instance before", () => {
  let redis: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
  });

  beforeEach(async () => {
    await client.flushall();
  });

  afterAll(async () => {
    client.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  it("get the same bytes again, and no handler runs", async () => {
    const { handler, runs } = counting();
    await using one = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [handler] });
    const request = await show(one.server);

    const first = await one.server.deliver(request);
    const again = await other.server.deliver(request);

    expect([first.status, again.status, again.body]).toEqual([200, 200, first.body]);
    expect(runs()).toBe(1);
    expect((await other.server.metrics.scrape()).text).toContain("flowpoint_replays_total 1\n");
  });

  it("get the first one's bytes if they come to all at the same time", async () => {
    const { handler, runs } = counting();
    await using one = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [handler] });
    const requests = await Promise.all(Array.from({ length: 20 }, () => show(one.server)));

    const answers = await Promise.all(
      requests.map((request) =>
        Promise.all([one, other, one, other].map(({ server }) => server.deliver(request))),
      ),
    );

    expect(answers.map((group) => new Set(group.map(({ body }) => body)).size)).toEqual(
      requests.map(() => 1),
    );
    expect(answers.flat().every(({ status }) => status === 200)).toBe(true);
    expect(runs()).toBe(requests.length);
  });

  it("wait for a slow handler elsewhere", async () => {
    const { handler, started, goOn, runs } = waiting("slow");
    await using one = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [handler] });
    const request = await show(one.server);
    const first = one.server.deliver(request);
    await started;

    const again = other.server.deliver(request);
    await someoneWaits(client, keyOf(request));
    goOn();

    expect((await again).body).toBe((await first).body);
    expect(runs()).toBe(1);
  });

  it.each([
    { behave: "throw", answer: "a fallback", status: 200, clear: fallbackOf("START") },
    { behave: "expire", answer: "a 427", status: 427, clear: { error_msg: "Over, 1." } },
  ])("get $answer again", async ({ behave, status, clear }) => {
    const { handler, runs } = counting();
    await using one = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [handler] });
    const request = one.server.phone.request(submit(one.server.mint(), behave));

    const first = await one.server.deliver(request);
    const again = await other.server.deliver(request);

    expect([first.status, first.clear]).toEqual([status, clear]);
    expect([again.status, again.body]).toEqual([status, first.body]);
    expect(runs()).toBe(1);
  });

  it("run again after another status", async () => {
    const { handler, runs } = counting();
    await using one = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [handler] });
    const request = one.server.phone.request(open(one.server.mint()));

    const statuses = [
      (await one.server.deliver(request)).status,
      (await other.server.deliver(request)).status,
    ];

    expect(statuses).toEqual([500, 200]);
    expect(runs()).toBe(2);
  });

  it("are refused with 409 at another flow, answered or not yet", async () => {
    const { handler, started, goOn } = waiting("slow");
    const elsewhere = { ...handler, flow: { ...handler.flow, name: "other" } };
    await using one = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [elsewhere] });
    const request = await show(one.server);
    const first = one.server.deliver(request);
    await started;

    const during = await other.server.deliver(request, "other");
    goOn();
    await first;
    const after = await other.server.deliver(request, "other");

    expect([during.status, during.body, after.status, after.body]).toEqual([409, "", 409, ""]);
  });

  it("leave nothing behind when they are a ping", async () => {
    await using one = await startInstance(redis.url);

    await one.server.send(PING);

    expect(await client.keys("flowpoint:answer:*")).toEqual([]);
  });

  it("are answered anew when the instance that took them is gone, once its claim has expired", async () => {
    const { handler, runs } = counting();
    await using one = await startInstance(redis.url, {
      handlers: [handler],
      settings: { EXCHANGE_DEADLINE_MS: "1" },
    });
    const request = await show(one.server);
    // What an instance leaves that was killed: a claim, here one that ends soon.
    await client.set(keyOf(request), "claim of-the-dead drill", "PX", 300);

    const { body } = await one.server.deliver(request);

    expect(body).not.toBe("");
    expect(await client.get(keyOf(request))).toBe(`answer 200 drill ${body}`);
    expect(runs()).toBe(1);
  });

  it("get the answer that was there first, also from an instance whose claim had expired", async () => {
    const { handler, started, goOn } = waiting("slow");
    await using slow = await startInstance(redis.url, { handlers: [handler] });
    await using other = await startInstance(redis.url, { handlers: [counting().handler] });
    const request = await show(slow.server);
    const late = slow.server.deliver(request);
    await started;
    await client.del(keyOf(request));

    const first = await other.server.deliver(request);
    goOn();

    expect((await late).body).toBe(first.body);
  });

  it("get an answer that was stored over another's claim", async () => {
    const early = waiting("early");
    const second = waiting("second");
    await using slow = await startInstance(redis.url, { handlers: [early.handler] });
    await using other = await startInstance(redis.url, { handlers: [second.handler] });
    const request = await show(slow.server);
    const one = slow.server.deliver(request);
    await early.started;
    await client.del(keyOf(request));
    const two = other.server.deliver(request);
    await second.started;

    early.goOn();
    const { body } = await one;
    second.goOn();

    expect((await two).body).toBe(body);
  });

  it("are recognised for ten minutes", async () => {
    const { handler } = counting();
    await using one = await startInstance(redis.url, { handlers: [handler] });
    const request = await show(one.server);
    await one.server.deliver(request);

    const left = await client.pttl(keyOf(request));

    expect(left).toBeGreaterThan(500_000);
    expect(left).toBeLessThanOrEqual(600_000);
  });
});

/** Resolves when the claim has been asked for a second time: somebody waits for it. */
async function someoneWaits(client: Redis, key: string): Promise<void> {
  const calls = async (): Promise<number> =>
    Number(/cmdstat_eval:calls=(\d+)/.exec(await client.info("commandstats"))?.[1]);
  const before = await calls();
  while ((await calls()) < before + 1) await client.get(key);
}
