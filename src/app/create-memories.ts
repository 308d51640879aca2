// What is remembered between requests: which were answered, what was last shown, how often was asked. In this process,
// or, where REDIS_URL is set, by all instances together.

import { LastData } from "../endpoint/last-data.ts";
import type { LastShown, Replays } from "../endpoint/ports.ts";
import type { ReplayMemory } from "../endpoint/replay-memory.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Log } from "../flows/services.ts";
import { RedisLink, type RedisLinkOptions } from "../storage/redis/redis-link.ts";
import { SharedLastData } from "../storage/redis/shared-last-data.ts";
import { SharedReplays } from "../storage/redis/shared-replays.ts";
import type { Settings } from "./settings.ts";

/** The longest waits before a handler's time begins: for RSA, and for a slot of its flow. */
const BEFORE_HANDLER_MS = 3_000;

export type MemoryParts = {
  readonly settings: Pick<Settings, "REDIS_URL" | "EXCHANGE_DEADLINE_MS">;
  readonly flowTokenSecrets: readonly string[];
  readonly flows: ReadonlyMap<string, LoadedFlow>;
  /** This instance's own. */
  readonly replays: ReplayMemory;
  readonly elapsedMs: () => number;
  readonly log: Log;
  readonly redisOptions?: RedisLinkOptions;
};

export type Memories = {
  readonly replays: Replays;
  readonly lastData: LastShown;
  /** Counts requests over all instances; `null` where each counts for itself. */
  readonly redis: RedisLink | null;
};

/** Needs no Redis to be up: until it is, each instance remembers for itself. Whoever calls stops `redis`. */
export async function createMemories(parts: MemoryParts): Promise<Memories> {
  const { settings, flows, replays, elapsedMs, log } = parts;
  const lastData = new LastData({ elapsedMs });
  if (settings.REDIS_URL === undefined) return { replays, lastData, redis: null };
  const link = await RedisLink.open(settings.REDIS_URL.reveal(), log, parts.redisOptions);
  return {
    replays: new SharedReplays({
      link,
      memory: replays,
      claimMsOf: (flow) =>
        (flows.get(flow)?.options.deadlineMs ?? settings.EXCHANGE_DEADLINE_MS) + BEFORE_HANDLER_MS,
    }),
    lastData: new SharedLastData({ link, memory: lastData, secrets: parts.flowTokenSecrets }),
    redis: link,
  };
}
