// The data behind the fallback answer: shown by one instance, shown again by another.

import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openText, sealText } from "../../../src/storage/redis/sealed-text.ts";
import { detailsOf, drillWith, fallbackOf, submitDetails } from "../../endpoint/drill-with.ts";
import { FLOW_TOKEN_SECRET, submit } from "../../helpers/build-server.ts";
import { type RedisServer, startRedis } from "../../helpers/redis.ts";
import { requirePart } from "../../parts/require-part.ts";
import { startInstance } from "./shared-state.ts";

const NOTE = "what nobody else may read";

/** Shows DETAILS, and fails on it. */
const failing = drillWith({
  start: (input, reply) =>
    input.behave === "finish" ? reply.finish({}) : reply.show("DETAILS", detailsOf(input)),
  details: () => {
    throw new Error("no");
  },
});

const WITH_DATA = fallbackOf("DETAILS", { title: NOTE, count: 1, bag: {} });

requirePart("redis")("last data", () => {
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

  it("are shown by an instance that has not shown them before", async () => {
    await using one = await startInstance(redis.url, { handlers: [failing] });
    await using other = await startInstance(redis.url, { handlers: [failing] });
    const token = one.server.mint();
    await one.server.send(submit(token, "show", NOTE));

    const { clear } = await other.server.send(submitDetails(token));

    expect(clear).toEqual(WITH_DATA);
  });

  it("cannot be read in Redis, and end there after thirty minutes", async () => {
    await using one = await startInstance(redis.url, { handlers: [failing] });
    const token = one.server.mint();
    await one.server.send(submit(token, "show", NOTE));

    const [key = ""] = await client.keys("flowpoint:last:*");
    const stored = JSON.stringify(await client.hgetall(key));

    expect(Object.keys(await client.hgetall(key))).toEqual(["DETAILS"]);
    expect(stored + key).not.toContain(NOTE);
    expect(stored + key).not.toContain(token);
    expect(await client.pttl(key)).toBeGreaterThan(1_700_000);
    expect(await client.pttl(key)).toBeLessThanOrEqual(1_800_000);
  });

  it("are opened with an older secret while secrets are being rotated", async () => {
    const rotated = ["the-new-secret-of-the-tests-0123456789", FLOW_TOKEN_SECRET];
    await using one = await startInstance(redis.url, { handlers: [failing] });
    await using other = await startInstance(redis.url, {
      handlers: [failing],
      flowTokenSecrets: rotated,
    });
    const token = one.server.mint();
    await one.server.send(submit(token, "show", NOTE));

    const { clear } = await other.server.send(submitDetails(token));

    expect(clear).toEqual(WITH_DATA);
  });

  it("are gone everywhere when the flow has ended anywhere", async () => {
    await using one = await startInstance(redis.url, { handlers: [failing] });
    await using other = await startInstance(redis.url, { handlers: [failing] });
    const token = one.server.mint();
    await one.server.send(submit(token, "show", NOTE));
    await other.server.send(submit(token, "finish"));

    const { status } = await one.server.send(submitDetails(token));

    expect(status).toBe(500);
    expect(await client.hgetall((await client.keys("flowpoint:last:*"))[0] ?? "")).toEqual({
      "": "",
    });
  });

  it("are shown again by the instance that showed them when Redis has lost them", async () => {
    await using one = await startInstance(redis.url, { handlers: [failing] });
    const token = one.server.mint();
    await one.server.send(submit(token, "show", NOTE));
    await client.flushall();

    const { clear } = await one.server.send(submitDetails(token));

    expect(clear).toEqual(WITH_DATA);
  });
});

describe("a sealed text", () => {
  const sealed = sealText("täxt", "secret one", "token key", "SCREEN");

  it("is opened with any of the secrets", () => {
    expect(openText(sealed, ["secret two", "secret one"], "token key", "SCREEN")).toBe("täxt");
  });

  it.each([
    { under: "another secret", opened: openText(sealed, ["secret two"], "token key", "SCREEN") },
    { under: "another token", opened: openText(sealed, ["secret one"], "another", "SCREEN") },
    { under: "another screen", opened: openText(sealed, ["secret one"], "token key", "OTHER") },
    {
      under: "the right ones, cut short",
      opened: openText(sealed.subarray(0, -1), ["secret one"], "token key", "SCREEN"),
    },
    {
      under: "the right ones, of a few bytes",
      opened: openText(Buffer.from("short"), ["secret one"], "token key", "SCREEN"),
    },
  ])("is not opened under $under", ({ opened }) => {
    expect(opened).toBeNull();
  });
});
