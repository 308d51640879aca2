// What this instance last showed to whom. Only for tokens that were verified, only in memory, and gone when the flow
// ends.

import { LRUCache } from "lru-cache";
import type { LastShown } from "./ports.ts";

type Screens = ReadonlyMap<string, string>;

export type LastDataOptions = {
  readonly elapsedMs: () => number;
  /** Default 30 minutes after the last answer to the token. */
  readonly ttlMs?: number;
  /** Default 32 MiB, least recently used dropped first. */
  readonly maxBytes?: number;
};

export class LastData implements LastShown {
  readonly #byToken: LRUCache<string, Screens>;

  constructor({ elapsedMs, ttlMs = 1_800_000, maxBytes = 32 * 1024 * 1024 }: LastDataOptions) {
    this.#byToken = new LRUCache({
      ttl: ttlMs,
      ttlResolution: 0,
      maxSize: maxBytes,
      maxEntrySize: maxBytes,
      sizeCalculation: countBytes,
      perf: { now: elapsedMs },
    });
  }

  async remember(tokenKey: string, screen: string, data: string): Promise<void> {
    const screens = new Map(this.#byToken.get(tokenKey));
    screens.set(screen, data);
    this.#byToken.set(tokenKey, screens);
  }

  async recall(tokenKey: string, screen: string): Promise<string | null> {
    return this.#byToken.get(tokenKey)?.get(screen) ?? null;
  }

  async erase(tokenKey: string): Promise<void> {
    this.#byToken.delete(tokenKey);
  }
}

function countBytes(screens: Screens): number {
  let bytes = 256;
  // Two bytes a character is the most that V8 spends.
  for (const [screen, data] of screens) bytes += 64 + 2 * (screen.length + data.length);
  return bytes;
}
