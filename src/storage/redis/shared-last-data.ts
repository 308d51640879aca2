// What was last shown to whom, over all instances: a user's next request may come to any of them. Sealed, for thirty
// minutes after the last answer to the token. This instance's own memory is kept beside it, for when Redis is away.
//
//     flowpoint:last:<token key>  hash  <screen> → sealed data · "" → "" once the flow has ended

import type { LastShown } from "../../endpoint/ports.ts";
import type { RedisLink, RedisWork } from "./redis-link.ts";
import { openText, sealText } from "./sealed-text.ts";

const TTL_MS = 1_800_000;

const REMEMBER = `
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/** No screen has an empty name: the entry tells an instance that still remembers something of the token that it ended. */
const ENDED = "";

const ERASE = `
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '', '')
  redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

export type SharedLastDataOptions = {
  readonly link: RedisLink;
  readonly memory: LastShown;
  /** The first seals, any opens. */
  readonly secrets: readonly string[];
};

export class SharedLastData implements LastShown {
  readonly #link: RedisLink;
  readonly #memory: LastShown;
  readonly #secrets: readonly string[];
  readonly #sealingSecret: string;

  /** @throws RangeError if there is no secret */
  constructor({ link, memory, secrets }: SharedLastDataOptions) {
    const [first] = secrets;
    if (first === undefined) throw new RangeError("sealing needs at least one secret");
    this.#sealingSecret = first;
    this.#link = link;
    this.#memory = memory;
    this.#secrets = secrets;
  }

  async remember(tokenKey: string, screen: string, data: string): Promise<void> {
    await this.#memory.remember(tokenKey, screen, data);
    const sealed = sealText(data, this.#sealingSecret, tokenKey, screen);
    await this.#link.attempt((redis) =>
      redis.eval(REMEMBER, 1, redisKey(tokenKey), screen, sealed, TTL_MS),
    );
  }

  async recall(tokenKey: string, screen: string): Promise<string | null> {
    const attempt = await this.#link.attempt((redis) =>
      redis.hmgetBuffer(redisKey(tokenKey), screen, ENDED),
    );
    if (attempt.kind === "done") {
      const [sealed = null, ended = null] = attempt.value;
      const data = sealed === null ? null : openText(sealed, this.#secrets, tokenKey, screen);
      if (data !== null) return data;
      if (ended !== null) return null;
    }
    // Shown while Redis was away, or lost there.
    return await this.#memory.recall(tokenKey, screen);
  }

  async erase(tokenKey: string): Promise<void> {
    await this.#memory.erase(tokenKey);
    const key = redisKey(tokenKey);
    const erase: RedisWork<unknown> = (redis) => redis.eval(ERASE, 1, key, TTL_MS);
    const attempt = await this.#link.attempt(erase);
    if (attempt.kind === "away") this.#link.later(key, key.length, erase);
  }
}

function redisKey(tokenKey: string): string {
  return `flowpoint:last:${tokenKey}`;
}
