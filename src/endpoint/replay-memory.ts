// Remembers which requests this instance answered. Key and IV of an answer come from the request, so a second, different answer
// to the same bytes would reuse a GCM nonce and lay both clear texts open: whoever repeats a request gets the same
// bytes, or 409.
//
//     unseen ──work──▶ pending ──200 or 427──▶ held ──64 MiB full──▶ known (409) ──10 minutes──▶ unseen
//                         └──────any other status──────▶ unseen

import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { EndpointError } from "../protocol/faults.ts";
import { KnownIds } from "./known-ids.ts";
import type { Answered, ExchangeAnswer, Replays } from "./ports.ts";

type Held = { readonly flow: string; readonly answer: ExchangeAnswer };
type Pending = { readonly flow: string; readonly answer: Promise<ExchangeAnswer> };

export type ReplayMemoryOptions = {
  readonly elapsedMs: () => number;
  /** How long a request is recognised; default 10 minutes. */
  readonly windowMs?: number;
  /** Most bytes of answers held, oldest dropped first; default 64 MiB. */
  readonly maxHeldBytes?: number;
  /** Most requests recognised; see `KnownIds`. */
  readonly maxIds?: number;
};

/** The memory of one instance. */
export class ReplayMemory implements Replays {
  readonly #pending = new Map<string, Pending>();
  readonly #known: KnownIds;
  readonly #held: LRUCache<string, Held>;

  constructor({
    elapsedMs,
    windowMs = 600_000,
    maxHeldBytes = 64 * 1024 * 1024,
    maxIds,
  }: ReplayMemoryOptions) {
    this.#known = new KnownIds({
      elapsedMs,
      windowMs,
      onForget: (id) => this.#held.delete(id),
      ...(maxIds === undefined ? {} : { maxIds }),
    });
    this.#held = new LRUCache({
      maxSize: maxHeldBytes,
      maxEntrySize: maxHeldBytes,
      sizeCalculation: (held) => held.answer.body.length + ENTRY_BYTES,
    });
  }

  /** Forgetting an id early could lead to a second answer under one key and IV; so a full memory takes no more. */
  assertRoom(): void {
    if (this.#known.isFull) {
      throw new EndpointError("OVERLOADED", "too many requests are remembered");
    }
  }

  async answerOnce(
    body: Buffer,
    flow: string,
    work: () => Promise<Answered>,
  ): Promise<{ readonly answer: ExchangeAnswer; readonly replayed: boolean }> {
    const id = hash("sha256", body, "base64url");
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      assertSameFlow(pending, flow);
      return { answer: await pending.answer, replayed: true };
    }
    if (this.#known.has(id)) {
      // `peek`: a repeat must not make an answer look young.
      const held = this.#held.peek(id);
      if (held === undefined) throw new EndpointError("ANSWER_NOT_HELD", "the answer was dropped");
      assertSameFlow(held, flow);
      return { answer: held.answer, replayed: true };
    }
    const answer = this.#run(id, flow, work);
    this.#pending.set(id, { flow, answer });
    try {
      return { answer: await answer, replayed: false };
    } finally {
      this.#pending.delete(id);
    }
  }

  async #run(id: string, flow: string, work: () => Promise<Answered>): Promise<ExchangeAnswer> {
    const answered = await work();
    const { answer } = answered;
    if (mustBeRepeated(answered)) {
      this.#known.add(id);
      this.#held.set(id, { flow, answer });
    }
    return answer;
  }
}

/** Whether whoever sends the same bytes again must get this answer: those that are sealed, unless all are alike. */
export function mustBeRepeated({ answer, remember }: Answered): boolean {
  return remember && (answer.status === 200 || answer.status === 427);
}

/** A held entry beside its answer's text: key, objects and bookkeeping, by measurement of the heap, rounded up. */
const ENTRY_BYTES = 320;

function assertSameFlow(seen: { readonly flow: string }, flow: string): void {
  if (seen.flow !== flow) {
    throw new EndpointError("ANSWER_NOT_HELD", "the same bytes were answered at another flow");
  }
}
