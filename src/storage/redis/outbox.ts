// What could not be written while Redis was away, and is written when it is back, oldest first. Bounded: what finds no
// room pushes out the oldest, which then stays known to one instance only.

import { LRUCache } from "lru-cache";
import type { Attempt, RedisWork } from "./redis-link.ts";

const MAX_BYTES = 16 * 1024 * 1024;
/** As long as a request is recognised. */
const TTL_MS = 600_000;
/** An entry beside its text. */
const ENTRY_BYTES = 320;
const WRITES_AT_ONCE = 50;

export class Outbox {
  readonly #entries = new LRUCache<string, RedisWork<unknown>>({
    maxSize: MAX_BYTES,
    maxEntrySize: MAX_BYTES,
    ttl: TTL_MS,
  });
  #emptying: Promise<void> | null = null;

  put(key: string, bytes: number, work: RedisWork<unknown>): void {
    this.#entries.set(key, work, { size: bytes + ENTRY_BYTES });
  }

  /** Ends early when an attempt finds Redis away again; what is left stays for the next time. */
  empty(attempt: (work: RedisWork<unknown>) => Promise<Attempt<unknown>>): Promise<void> {
    this.#emptying ??= this.#empty(attempt).finally(() => {
      this.#emptying = null;
    });
    return this.#emptying;
  }

  async #empty(attempt: (work: RedisWork<unknown>) => Promise<Attempt<unknown>>): Promise<void> {
    for (;;) {
      const batch = [...this.#entries.rkeys()].slice(0, WRITES_AT_ONCE);
      if (batch.length === 0) return;
      const attempts = await Promise.all(
        batch.map(async (key) => {
          const work = this.#entries.peek(key);
          // Too old meanwhile, or there was no room for it.
          if (work === undefined) return "done";
          const { kind } = await attempt(work);
          if (kind === "done" && this.#entries.peek(key) === work) this.#entries.delete(key);
          return kind;
        }),
      );
      if (attempts.includes("away")) return;
    }
  }
}
