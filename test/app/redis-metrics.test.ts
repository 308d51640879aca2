// What is told of Redis at a scrape: whether there is one, whether it is near, and how often it was not when asked.

import { Registry } from "@prometheus-io/client";
import { describe, expect, it } from "vitest";
import { createRedisMetrics, type RedisState } from "../../src/app/telemetry/redis-metrics.ts";
import { parseScrape } from "../helpers/scrape.ts";

const STATE = "flowpoint_redis";
const FAILED = "flowpoint_redis_failed_calls_total";

async function scrape(redis?: RedisState) {
  const registry = new Registry();
  const watch = createRedisMetrics(registry);
  if (redis !== undefined) watch(redis);
  // A second look tells the same, since nothing happened in between.
  await registry.metrics();
  const samples = parseScrape(await registry.metrics());
  return {
    current: samples.filter(({ name, value }) => name === STATE && value === 1),
    states: samples.filter(({ name }) => name === STATE).map(({ labels }) => labels["state"]),
    failed: samples.find(({ name }) => name === FAILED)?.value,
  };
}

describe("the metrics of Redis", () => {
  it.each<{ readonly state: string; readonly redis: RedisState | undefined }>([
    { state: "none", redis: undefined },
    { state: "near", redis: { isAway: false, failedCalls: 0 } },
    { state: "away", redis: { isAway: true, failedCalls: 0 } },
  ])("are 1 for $state alone, and name the others", async ({ state, redis }) => {
    const { current, states } = await scrape(redis);

    expect(current.map(({ labels }) => labels)).toEqual([{ state }]);
    expect(states).toEqual(["none", "near", "away"]);
  });

  it("count the calls that failed, from zero", async () => {
    expect((await scrape()).failed).toBe(0);
    expect((await scrape({ isAway: false, failedCalls: 7 })).failed).toBe(7);
  });
});
