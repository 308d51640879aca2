// The way to Redis, which may be away at any moment. Everything that is asked of it has 50 ms; after that, or after an
// error, nobody asks again until it has proved to be back, so that its absence costs one short wait and no request.
//
//     near ──a call fails or takes over 50 ms──▶ away ──a write succeeds, tried every second──▶ near

import { Redis } from "ioredis";
import type { Log } from "../../flows/services.ts";
import { evictsKeys } from "./eviction.ts";
import { Outbox } from "./outbox.ts";

/** What became of a call. `away`: it may or may not have been carried out. */
export type Attempt<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "away" };

/** One piece of work at Redis, a round trip or two. */
export type RedisWork<T> = (redis: Redis) => Promise<T>;

/** Redis did not answer in time. */
export class RedisSilent extends Error {
  override readonly name = "RedisSilent";
}

const PROBE_EVERY_MS = 1_000;
/** Longer than a handler blocks the event loop, as a rule. */
const SILENT_CONNECTION_MS = 5_000;
/** What a start waits for Redis at most; it goes on without. */
const FIRST_CONNECT_MS = 1_000;

const AWAY = { kind: "away" } as const;

export type RedisLinkOptions = {
  /** Longest that one call may take; default 50 ms. */
  readonly callLimitMs?: number;
};

export class RedisLink {
  /** For a library that brings commands of its own; to be used inside `attempt`. */
  readonly client: Redis;
  readonly #log: Log;
  readonly #callLimitMs: number;
  readonly #outbox = new Outbox();
  #isAway = false;
  #failedCalls = 0;
  /** Why there is no connection, where there is none: what its commands fail with says less. */
  #connectionError: unknown = null;
  #isPolicyKnown = false;
  #probing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  private constructor(url: string, log: Log, { callLimitMs = 50 }: RedisLinkOptions) {
    this.#log = log;
    this.#callLimitMs = callLimitMs;
    this.client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: PROBE_EVERY_MS,
      // A connection that has gone silent is replaced; a network that swallows packets closes nothing.
      socketTimeout: SILENT_CONNECTION_MS,
      retryStrategy: () => PROBE_EVERY_MS,
      // Whatever cannot be carried out now fails now.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
    });
    this.client.on("error", (error) => {
      this.#connectionError = error;
    });
    this.client.on("ready", () => {
      this.#connectionError = null;
    });
  }

  /** Connects. With Redis away it returns all the same, a second later at most. */
  static async open(url: string, log: Log, options: RedisLinkOptions = {}): Promise<RedisLink> {
    const link = new RedisLink(url, log, options);
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, FIRST_CONNECT_MS);
    // A failure is told by the probe.
    await Promise.race([link.client.connect().catch(() => {}), late.promise]);
    clearTimeout(timer);
    // A process that is just starting may be slow itself.
    await link.#probe(FIRST_CONNECT_MS);
    link.#timer = setInterval(() => void link.#probe(), PROBE_EVERY_MS);
    link.#timer.unref();
    return link;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** Calls, other than its own probes, that failed or came too late; those that were not made are not among them. */
  get failedCalls(): number {
    return this.#failedCalls;
  }

  /** Runs `work` if Redis is near. Never rejects: an error counts as being away. */
  async attempt<T>(work: RedisWork<T>): Promise<Attempt<T>> {
    if (this.#isAway) return AWAY;
    const attempt = await this.#run(this.#callLimitMs, work);
    if (attempt.kind === "away") this.#failedCalls++;
    return attempt;
  }

  /**
   * Keeps what could not be done, and does it when Redis is back; at most 16 MiB of it, and for ten minutes.
   *
   * @param key  takes the place of earlier work under the same key
   * @param bytes  what it holds in memory
   */
  later(key: string, bytes: number, work: RedisWork<unknown>): void {
    this.#outbox.put(key, bytes, work);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#probing;
    this.client.disconnect();
  }

  /** One at a time, near or away: an idle server notices too, and its next request need not wait to find out. */
  async #probe(limitMs = this.#callLimitMs): Promise<void> {
    this.#probing ??= this.#run(limitMs, async (redis) => {
      // A write: a replica, or a server that is full, answers everything else.
      await redis.set("flowpoint:probe", "", "PX", PROBE_EVERY_MS);
      await this.#checkPolicy(redis);
    })
      .then((probe) => {
        if (probe.kind === "done") this.#enterNear();
      })
      .finally(() => {
        this.#probing = null;
      });
    await this.#probing;
  }

  async #run<T>(limitMs: number, work: RedisWork<T>): Promise<Attempt<T>> {
    const silence = Promise.withResolvers<never>();
    // An event loop that was blocked has the timer before the answer that lies in the socket: so that is read first.
    const timer = setTimeout(
      () => setImmediate(() => silence.reject(new RedisSilent(`no answer within ${limitMs} ms`))),
      limitMs,
    );
    const working = work(this.client);
    try {
      return { kind: "done", value: await Promise.race([working, silence.promise]) };
    } catch (error) {
      this.#enterAway(error);
      return AWAY;
    } finally {
      clearTimeout(timer);
      // The loser of the race may still fail, and is answered for.
      working.catch(() => {});
    }
  }

  #enterAway(error: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#log.warn(
      { err: this.#connectionError ?? error },
      "Redis is away: limits, repetition and last data are kept per instance; see REDIS_URL",
    );
  }

  #enterNear(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#log.info({}, "Redis is back: limits, repetition and last data are shared again");
    void this.#outbox.empty((work) => this.attempt(work));
  }

  async #checkPolicy(redis: Redis): Promise<void> {
    if (this.#isPolicyKnown) return;
    this.#isPolicyKnown = true;
    // Some hosted services refuse it, and say so in their manuals.
    const memory = await redis.info("memory").catch(() => "");
    if (!evictsKeys(memory)) return;
    this.#log.warn(
      {},
      "Redis drops keys when it is full, and a repeated request could get a second answer: set maxmemory-policy noeviction",
    );
  }
}
