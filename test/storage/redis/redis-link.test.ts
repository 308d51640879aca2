// The way to Redis, and what it says of itself: whether Redis is there, and how many calls found that it was not.

import { expect, it, vi } from "vitest";
import { RedisLink } from "../../../src/storage/redis/redis-link.ts";
import { captureLog } from "../../helpers/capture-log.ts";
import { startRedis } from "../../helpers/redis.ts";
import { requirePart } from "../../parts/require-part.ts";

/** Longer than a busy machine takes. */
const CALL_LIMIT_MS = 10_000;

requirePart("redis")("the way to Redis", () => {
  it("counts the calls that failed, and none of those that were not made while it was away", async () => {
    await using redis = await startRedis();
    const link = await RedisLink.open(redis.url, captureLog().log, { callLimitMs: CALL_LIMIT_MS });
    try {
      const near = await link.attempt((client) => client.ping());
      const before = [link.isAway, link.failedCalls];
      const failed = await link.attempt(() => Promise.reject(new Error("refused")));
      const after = [link.isAway, link.failedCalls];
      const notMade = await link.attempt(() => Promise.reject(new Error("refused")));

      expect(near).toEqual({ kind: "done", value: "PONG" });
      expect(before).toEqual([false, 0]);
      expect([failed.kind, notMade.kind]).toEqual(["away", "away"]);
      expect(after).toEqual([true, 1]);
      expect(link.failedCalls).toBe(1);
      // By a probe of its own, which is no call.
      await vi.waitUntil(() => !link.isAway, { timeout: 30_000 });
      expect(link.failedCalls).toBe(1);
    } finally {
      await link.stop();
    }
  });
});
