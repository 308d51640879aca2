// What was last shown to whom: the data behind the fallback answer. Only for tokens that were verified, only in memory,
// and gone when the flow ends.

import { LRUCache } from "lru-cache";

type Screens = ReadonlyMap<string, string>;

export type LastDataOptions = {
  readonly elapsedMs: () => number;
  /** Default 30 minutes after the last answer to the token. */
  readonly ttlMs?: number;
  /** Default 32 MiB, least recently used dropped first. */
  readonly maxBytes?: number;
};

export class LastData {
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

  /** @param data  JSON text of the screen's data, without error_message */
  remember(tokenKey: string, screen: string, data: string): void {
    const screens = new Map(this.#byToken.get(tokenKey));
    screens.set(screen, data);
    this.#byToken.set(tokenKey, screens);
  }

  /** @returns JSON text, or `null` */
  recall(tokenKey: string, screen: string): string | null {
    return this.#byToken.get(tokenKey)?.get(screen) ?? null;
  }

  erase(tokenKey: string): void {
    this.#byToken.delete(tokenKey);
  }
}

function countBytes(screens: Screens): number {
  let bytes = 256;
  // Two bytes a character is the most that V8 spends.
  for (const [screen, data] of screens) bytes += 64 + 2 * (screen.length + data.length);
  return bytes;
}
