// Metrics of the way to Redis. They are there without one too, so that a query finds them on every server.

import { Counter, Gauge, type Registry } from "@prometheus-io/client";
import type { RedisLink } from "../../storage/redis/redis-link.ts";

/** What is asked of the link, at every scrape. */
export type RedisState = Pick<RedisLink, "isAway" | "failedCalls">;

const STATES = ["none", "near", "away"] as const;

/** @returns takes the Redis that is in use */
export function createRedisMetrics(registry: Registry): (redis: RedisState) => void {
  let redis: RedisState | null = null;
  const registers = [registry];
  const state = new Gauge({
    name: "flowpoint_redis",
    help: "1 for the state of Redis: none is set, it is near, or it is away and each instance remembers for itself",
    labelNames: ["state"],
    collect: () => {
      const current = redis === null ? "none" : redis.isAway ? "away" : "near";
      for (const one of STATES) state.set({ state: one }, one === current ? 1 : 0);
    },
    registers,
  });
  const failedCalls = new Counter({
    name: "flowpoint_redis_failed_calls_total",
    help: "Calls to Redis that failed or took over 50 ms",
    collect: () => {
      failedCalls.reset();
      failedCalls.inc(redis?.failedCalls ?? 0);
    },
    registers,
  });
  return (used) => {
    redis = used;
  };
}
