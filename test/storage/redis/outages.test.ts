// Redis away, slow, full and back: each instance goes on with its own memory, and no request fails because of it.

import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { detailsOf, drillWith, open, PING } from "../../endpoint/drill-with.ts";
import { submit, type TestServer } from "../../helpers/build-server.ts";
import type { SignedRequest } from "../../helpers/phone.ts";
import { startRedis } from "../../helpers/redis.ts";
import { requirePart } from "../../parts/require-part.ts";
import { type Instance, keyOf, startInstance } from "./shared-state.ts";

/** Soon enough for a test, and longer than a busy machine takes. */
const PROMPT = { callLimitMs: 500 };

const AWAY = "Redis is away";
const BACK = "Redis is back";

function counting() {
  let runs = 0;
  return drillWith({
    start: (input, reply) => reply.show("DETAILS", { ...detailsOf(input), count: ++runs }),
  });
}

async function show(server: TestServer): Promise<SignedRequest> {
  return server.phone.request(submit(server.mint(), "show"));
}

function timesLogged({ linkLog }: Instance, text: string): number {
  return linkLog.filter(({ msg }) => msg.includes(text)).length;
}

requirePart("redis")("instances whose Redis is not there", () => {
  it("start and answer, say so once, and share as soon as it comes", async () => {
    await using redis = await startRedis();
    await redis.kill();
    const handlers = [counting()];
    await using one = await startInstance(redis.url, { handlers });
    await using other = await startInstance(redis.url, { handlers });
    const request = await show(one.server);

    const statuses = [
      (await one.server.deliver(request)).status,
      (await one.server.send(PING)).status,
      (await one.server.deliver(request)).status,
    ];
    await redis.start();
    await Promise.all([one.logged(BACK), other.logged(BACK)]);
    const later = await show(one.server);

    expect(statuses).toEqual([200, 200, 200]);
    expect((await other.server.deliver(later)).body).toBe((await one.server.deliver(later)).body);
    expect(timesLogged(one, AWAY)).toBe(1);
    expect(timesLogged(one, BACK)).toBe(1);
  });

  it("answer on when it is killed among requests, and tell the others when it is back", async () => {
    await using redis = await startRedis();
    const handlers = [counting()];
    await using one = await startInstance(redis.url, { handlers });
    await using other = await startInstance(redis.url, { handlers });
    const requests = await Promise.all(Array.from({ length: 40 }, () => show(one.server)));

    const under = requests.map((request) => one.server.deliver(request));
    await redis.kill();
    const answers = await Promise.all(under);
    await one.logged(AWAY);
    const missed = await show(one.server);
    const answer = await one.server.deliver(missed);
    await redis.start();
    await Promise.all([one.logged(BACK), other.logged(BACK)]);
    await untilAnswered(redis.url, [missed]);

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await other.server.deliver(missed)).body).toBe(answer.body);
    expect([timesLogged(one, AWAY), timesLogged(one, BACK)]).toEqual([1, 1]);
  });

  it("answer on within their deadline when it stands still, and agree again when it goes on", async () => {
    await using redis = await startRedis();
    const handlers = [counting()];
    const settings = { EXCHANGE_DEADLINE_MS: "3000" };
    await using one = await startInstance(redis.url, { handlers, settings, ...PROMPT });
    await using other = await startInstance(redis.url, { handlers, settings, ...PROMPT });

    redis.freeze();
    const requests = await Promise.all(Array.from({ length: 20 }, () => show(one.server)));
    const answers = await Promise.all(requests.map((request) => one.server.deliver(request)));
    await Promise.all([one.logged(AWAY), other.logged(AWAY)]);
    redis.thaw();
    await Promise.all([one.logged(BACK), other.logged(BACK)]);
    await untilAnswered(redis.url, requests);
    const again = await Promise.all(requests.map((request) => other.server.deliver(request)));

    expect(answers.map(({ clear }) => clear)).toMatchObject(
      requests.map(() => ({ screen: "DETAILS" })),
    );
    expect(again.map(({ body }) => body)).toEqual(answers.map(({ body }) => body));
  });

  it("do not answer bytes that another has taken, when they cannot learn its answer", async () => {
    await using redis = await startRedis();
    const started = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow = drillWith({
      start: async (input, reply) => {
        started.resolve();
        await goOn.promise;
        return reply.show("DETAILS", detailsOf(input));
      },
    });
    const settings = { EXCHANGE_DEADLINE_MS: "1" };
    await using one = await startInstance(redis.url, { handlers: [slow] });
    await using other = await startInstance(redis.url, { handlers: [counting()], settings });
    const request = await show(one.server);
    const first = one.server.deliver(request);
    await started.promise;

    const again = other.server.deliver(request);
    await claimsSeen(redis.url);
    await redis.kill();
    const refused = await again;
    goOn.resolve();

    expect([refused.status, refused.body]).toEqual([409, ""]);
    expect((await first).status).toBe(200);
  });

  it("take one that is full for one that is away", async () => {
    await using redis = await startRedis();
    await using one = await startInstance(redis.url, { handlers: [counting()] });
    const admin = new Redis(redis.url);
    await admin.config("SET", "maxmemory", "1");

    const { status } = await one.server.deliver(await show(one.server));
    await one.logged(AWAY);
    await admin.config("SET", "maxmemory", "0");
    await one.logged(BACK);
    admin.disconnect();

    expect(status).toBe(200);
  });

  it("say so when it would drop answers to make room", async () => {
    await using redis = await startRedis();
    const admin = new Redis(redis.url);
    await admin.config("SET", "maxmemory", "100mb");
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    admin.disconnect();

    await using one = await startInstance(redis.url);

    expect(one.linkLog).toMatchObject([
      { level: "warn", msg: expect.stringContaining("noeviction") },
    ]);
  });

  it("never log the password to it", async () => {
    await using redis = await startRedis();
    const admin = new Redis(redis.url);
    await admin.config("SET", "requirepass", "the right one");
    admin.disconnect();
    const url = redis.url.replace("redis://", "redis://:a-password-that-is-wrong@");

    await using one = await startInstance(url);

    expect((await one.server.send(PING)).status).toBe(200);
    expect(timesLogged(one, AWAY)).toBe(1);
    expect(JSON.stringify(one.linkLog)).not.toContain("a-password-that-is-wrong");
  });
});

requirePart("redis")("the rate limits", () => {
  const settings = { RATE_LIMIT_PER_SECOND: "1000000" };

  it("count what came to any instance", async () => {
    await using redis = await startRedis();
    await using one = await startInstance(redis.url);
    await using other = await startInstance(redis.url);

    const statuses = [
      ...(await Promise.all(Array.from({ length: 60 }, () => unsigned(one.server)))),
      ...(await Promise.all(Array.from({ length: 60 }, () => unsigned(other.server)))),
    ];

    expect(statuses.filter((status) => status === 432)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it("of a flow are one for all instances", async () => {
    await using redis = await startRedis();
    await using one = await startInstance(redis.url, { settings });
    await using other = await startInstance(redis.url, {
      settings: { RATE_LIMIT_PER_SECOND: "1" },
    });
    const client = new Redis(redis.url);
    const token = one.server.mint();
    // A second that does not end while the machine is busy.
    const [key] = await rateKeysAfter(client, () => one.server.send(open(token)));
    await client.set(key ?? "", "1", "PX", 600_000);
    client.disconnect();

    const { status } = await other.server.send(open(token));

    expect(status).toBe(503);
  });

  it("count for each instance while Redis is away", async () => {
    await using redis = await startRedis();
    await using one = await startInstance(redis.url);
    await using other = await startInstance(redis.url);
    await redis.kill();

    const statuses = [
      ...(await Promise.all(Array.from({ length: 60 }, () => unsigned(one.server)))),
      ...(await Promise.all(Array.from({ length: 60 }, () => unsigned(other.server)))),
    ];
    const more = await Promise.all(Array.from({ length: 50 }, () => unsigned(one.server)));

    expect(statuses.every((status) => status === 432)).toBe(true);
    expect(more.filter((status) => status === 429)).toHaveLength(10);
  });
});

async function unsigned(server: TestServer): Promise<number> {
  const { statusCode } = await server.app.inject({
    method: "POST",
    url: "/flows/drill",
    remoteAddress: "192.0.2.1",
    headers: { "content-type": "application/json" },
    payload: "{}",
  });
  return statusCode;
}

/** Resolves when Redis holds the answers. */
async function untilAnswered(url: string, requests: readonly SignedRequest[]): Promise<void> {
  const client = new Redis(url);
  const isHeld = async (): Promise<boolean> =>
    (await client.mget(requests.map(keyOf))).every((held) => held?.startsWith("answer ") === true);
  while (!(await isHeld()));
  client.disconnect();
}

/** Resolves when a request has been asked for by a second instance. */
async function claimsSeen(url: string): Promise<void> {
  const client = new Redis(url);
  const claims = async (): Promise<number> =>
    Number(/cmdstat_eval:calls=(\d+)/.exec(await client.info("commandstats"))?.[1]);
  while ((await claims()) < 2);
  client.disconnect();
}

/** Keys of the limiter that are there right after `work`. */
async function rateKeysAfter(client: Redis, work: () => Promise<unknown>): Promise<string[]> {
  for (;;) {
    await work();
    const keys = await client.keys("flowpoint:rate:*");
    if (keys.length > 0) return keys;
  }
}
