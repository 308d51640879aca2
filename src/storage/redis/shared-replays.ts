// Knows over all instances which requests were answered. Redis settles who answers: the first claim runs, everybody else
// waits for its answer, and an answer, once stored, is never replaced, not even by an instance that had the claim and
// was slow. This instance's own memory stands before it: what was answered here is known here, with Redis away too.
//
//     nothing ──claim──▶ claim (expires with its instance) ──200 or 427──▶ answer (10 minutes)
//        ▲                  └──any other status, or a ping──┐
//        └──────────────────────────────────────────────────┘
//
// Redis holds what went over the wire anyway: ciphertext, under the SHA-256 of the request.

import { hash, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Answered, ExchangeAnswer, Replays } from "../../endpoint/ports.ts";
import { mustBeRepeated } from "../../endpoint/replay-memory.ts";
import { EndpointError } from "../../protocol/faults.ts";
import { encodeAnswer, encodeClaim, type Held, parseHeld } from "./held-answer.ts";
import type { RedisLink, RedisWork } from "./redis-link.ts";

const WINDOW_MS = 600_000;
const POLL_EVERY_MS = 50;

/** Gives back what stands under the key; `null` where nothing did, and the claim does now. */
const CLAIM = `
  local held = redis.call('GET', KEYS[1])
  if held then return held end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return false`;

/** Gives back the answer that was there first; `null` where this one is stored, over whatever claim there was. */
const STORE = `
  local held = redis.call('GET', KEYS[1])
  if held and string.sub(held, 1, 7) == 'answer ' then return held end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return false`;

const RELEASE = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

export type SharedReplaysOptions = {
  readonly link: RedisLink;
  readonly memory: Replays;
  /** Longest that a request to the flow can take; a claim that is older is taken for a dead instance's. */
  readonly claimMsOf: (flow: string) => number;
};

export class SharedReplays implements Replays {
  readonly #link: RedisLink;
  readonly #memory: Replays;
  readonly #claimMsOf: (flow: string) => number;

  constructor({ link, memory, claimMsOf }: SharedReplaysOptions) {
    this.#link = link;
    this.#memory = memory;
    this.#claimMsOf = claimMsOf;
  }

  assertRoom(): void {
    this.#memory.assertRoom();
  }

  async answerOnce(
    body: Buffer,
    flow: string,
    work: () => Promise<Answered>,
  ): Promise<{ readonly answer: ExchangeAnswer; readonly replayed: boolean }> {
    let isFromElsewhere = false;
    const { answer, replayed } = await this.#memory.answerOnce(body, flow, async () => {
      const key = `flowpoint:answer:${hash("sha256", body, "base64url")}`;
      const claim = encodeClaim(randomUUID(), flow);
      const elsewhere = await this.#claim(key, claim, flow);
      if (elsewhere === null) return await this.#run(key, claim, flow, work);
      isFromElsewhere = true;
      return { answer: elsewhere, remember: true };
    });
    return { answer, replayed: replayed || isFromElsewhere };
  }

  /**
   * Claims a request, after waiting for whoever has claimed it before.
   *
   * @returns the answer given elsewhere; `null` when it is this instance's to answer, as it is with Redis away
   * @throws EndpointError `ANSWER_NOT_HELD` for another flow, and when another instance's answer did not come: it may
   *                       have been given all the same, so another one must not be
   */
  async #claim(key: string, claim: string, flow: string): Promise<ExchangeAnswer | null> {
    const claimMs = this.#claimMsOf(flow);
    const askForIt: RedisWork<unknown> = (redis) => redis.eval(CLAIM, 1, key, claim, claimMs);
    // Another's claim has expired before this: one of the attempts takes it over.
    for (let waitedMs = 0; waitedMs <= claimMs + POLL_EVERY_MS; waitedMs += POLL_EVERY_MS) {
      if (waitedMs > 0) await setTimeout(POLL_EVERY_MS);
      const attempt = await this.#link.attempt(askForIt);
      if (attempt.kind === "away") {
        if (waitedMs === 0) return null;
        continue;
      }
      if (attempt.value === null) return null;
      const held = parseHeld(attempt.value);
      assertSameFlow(held, flow);
      if (held.kind === "answer") return held.answer;
    }
    throw new EndpointError("ANSWER_NOT_HELD", "another instance's answer did not come");
  }

  async #run(
    key: string,
    claim: string,
    flow: string,
    work: () => Promise<Answered>,
  ): Promise<Answered> {
    let isStored = false;
    try {
      const answered = await work();
      if (!mustBeRepeated(answered)) return answered;
      isStored = true;
      return { answer: await this.#store(key, flow, answered.answer), remember: true };
    } finally {
      if (!isStored) await this.#link.attempt((redis) => redis.eval(RELEASE, 1, key, claim));
    }
  }

  /** @returns the one answer there is to the request: where another instance was faster, that instance's */
  async #store(key: string, flow: string, answer: ExchangeAnswer): Promise<ExchangeAnswer> {
    const record = encodeAnswer(flow, answer);
    const put: RedisWork<unknown> = (redis) => redis.eval(STORE, 1, key, record, WINDOW_MS);
    const attempt = await this.#link.attempt(put);
    if (attempt.kind === "away") {
      this.#link.later(key, record.length, put);
      return answer;
    }
    if (attempt.value === null) return answer;
    const first = parseHeld(attempt.value);
    assertSameFlow(first, flow);
    return first.kind === "answer" ? first.answer : answer;
  }
}

function assertSameFlow(held: Held, flow: string): void {
  if (held.flow !== flow) {
    throw new EndpointError("ANSWER_NOT_HELD", "the same bytes were answered at another flow");
  }
}
