// Sends completions as Meta does: signed, single and in batches, to whichever instance the balancer picks, repeated until
// answered 200 and now and then after that, in no order; and keeps a record of what was acknowledged.

import { setTimeout as delay } from "node:timers/promises";
import {
  messagesChange,
  notificationOf,
  responseMessage,
  signed,
} from "../webhooks/notification.ts";
import type { Random } from "./random.ts";

/** What came of one POST: a status, or nothing that arrived. */
export type Answer = {
  readonly status: number | "none";
  readonly atMs: number;
  readonly durationMs: number;
};

export type MetaOptions = {
  readonly random: Random;
  /** The instance that the balancer picks. */
  readonly pickUrl: () => string;
  readonly flowToken: string;
  readonly notificationsPerSecond: number;
  /** How likely it is that the way to the instance breaks after a POST was sent. */
  readonly brokenWays: number;
  readonly onAnswer?: (answer: Answer) => void;
};

/** Meta's own limit is not known; this one keeps things moving. */
const POST_LIMIT_MS = 3_000;

/** Retries double from here up to there, at random. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

/** Longest that a notification is overtaken by others. */
const DISORDER_MS = 300;

const DUPLICATES = 0.25;

/** No more than this is on its way at once: an outage makes what waits longer, not the crowd larger. */
const MAX_UNDELIVERED = 300;

type Message = { readonly id: string; readonly json: object };

export class Meta {
  readonly sent = new Set<string>();
  readonly acked = new Set<string>();
  /** POSTs, repetitions included. */
  posts = 0;
  /** Messages sent again although nothing was wrong. */
  duplicates = 0;
  readonly #options: MetaOptions;
  readonly #undelivered = new Set<Promise<void>>();
  /** To be repeated in some later notification. */
  readonly #again: Message[] = [];
  readonly #stopping = new AbortController();
  readonly #givingUp = new AbortController();
  #producing: Promise<void> = Promise.resolve();

  constructor(options: MetaOptions) {
    this.#options = options;
  }

  start(): void {
    this.#producing = this.#produce();
  }

  /** Sends nothing new, and goes on with what is not acknowledged, for at most `limitMs`. */
  async finish(limitMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#producing;
    const timer = setTimeout(() => this.#givingUp.abort(), limitMs);
    while (this.#undelivered.size > 0) await Promise.all(this.#undelivered);
    clearTimeout(timer);
  }

  async #produce(): Promise<void> {
    const { random, notificationsPerSecond } = this.#options;
    while (!this.#stopping.signal.aborted) {
      if (this.#undelivered.size < MAX_UNDELIVERED) {
        const messages = this.#compose();
        this.#send(messages);
        if (random.happens(DUPLICATES)) {
          this.duplicates += messages.length;
          if (random.happens(0.5)) this.#send(messages);
          else this.#again.push(...messages);
        }
      }
      await delay((random.next() * 2_000) / notificationsPerSecond);
    }
  }

  /** New messages, and some old ones among them. */
  #compose(): readonly Message[] {
    const { random } = this.#options;
    const size = random.happens(0.7) ? 1 : random.between(2, random.happens(0.2) ? 40 : 8);
    const fresh = Array.from({ length: size }, () => this.#createMessage());
    const old = random.happens(0.3) ? this.#again.splice(0, random.between(1, 10)) : [];
    return random.shuffle([...fresh, ...old]);
  }

  #createMessage(): Message {
    const { random, flowToken } = this.#options;
    const id = `wamid.${String(this.sent.size + 1).padStart(6, "0")}`;
    const mood = random.pick(["well", "well", "well", "well", "slow", "throws"]);
    this.sent.add(id);
    const response_json = JSON.stringify({ flow_token: flowToken, mood });
    return { id, json: responseMessage(id, {}, { response_json }) };
  }

  #send(messages: readonly Message[]): void {
    const delivery = this.#deliver(messages).finally(() => this.#undelivered.delete(delivery));
    this.#undelivered.add(delivery);
  }

  /** Until it is answered 200, or given up. */
  async #deliver(messages: readonly Message[]): Promise<void> {
    const { random } = this.#options;
    const changes = messages.map(({ json }) => messagesChange([json]));
    const post = signed(notificationOf(...changes));
    await delay(random.next() * DISORDER_MS);
    let waitMs = FIRST_RETRY_MS;
    while (!this.#givingUp.signal.aborted) {
      if ((await this.#post(post)) === 200) {
        for (const { id } of messages) this.acked.add(id);
        return;
      }
      await delay(waitMs * (1 + random.next()));
      waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
    }
  }

  async #post(post: ReturnType<typeof signed>): Promise<Answer["status"]> {
    const { random, pickUrl, brokenWays, onAnswer } = this.#options;
    const isBroken = random.happens(brokenWays) && !this.#stopping.signal.aborted;
    const limitMs = isBroken ? random.between(1, 30) : POST_LIMIT_MS;
    this.posts++;
    const startedMs = performance.now();
    const status = await postNotification(pickUrl(), post, limitMs);
    const atMs = performance.now();
    onAnswer?.({ status, atMs, durationMs: atMs - startedMs });
    return status;
  }
}

/** @returns the status, or `none` where no answer came in time */
export async function postNotification(
  url: string,
  { headers, body }: ReturnType<typeof signed>,
  limitMs = POST_LIMIT_MS,
): Promise<Answer["status"]> {
  return fetch(`${url}/webhooks/whatsapp`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
    signal: AbortSignal.timeout(limitMs),
  }).then(
    async (response) => {
      // An answer that broke off is an answer all the same: its status was read.
      await response.arrayBuffer().catch(() => null);
      return response.status;
    },
    () => "none",
  );
}
