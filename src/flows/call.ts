// What a handler is given with each request or completion.

import type { Readable } from "node:stream";
import type { HandlerTransaction, Log } from "./services.ts";

/** A value after a round trip through JSON: what `once` returns, on the first call as on every later one. */
export type Jsonified<T> = T extends string | number | boolean | null
  ? T
  : T extends { toJSON(): infer J }
    ? Jsonified<J>
    : T extends readonly (infer E)[]
      ? readonly Jsonified<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Jsonified<T[K]> }
        : T extends undefined
          ? undefined
          : never;

/** Common to a request's and a completion's call. */
export interface EffectCall {
  /** The flow's name. */
  readonly flow: string;
  /** Idempotency key for effects outside the database: the same on every retry of the same thing. */
  readonly key: string;
  /** Aborts at the deadline. Pass it to whatever waits. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /**
   * Runs `work` in one transaction, at most once with effect per flow token (in `completed`: per completion) and
   * `name`.
   *
   * A result is committed together with the effects and returned to every later call until 30 days after the token's
   * expiry. `null`, `undefined` or a throw rolls everything back and stores nothing, so that the next submit may try
   * again. A concurrent call with the same key waits for the first. A deadline that passes before COMMIT rolls back.
   * Without a flow token there is nothing to remember by: the transaction runs each time.
   *
   * Use the given `trx` only: `services.db` throws inside `work`, on both databases.
   *
   * @returns the result after a round trip through JSON, or `null`
   */
  once<T>(
    name: string,
    work: (trx: HandlerTransaction) => Promise<T> | T,
  ): Promise<Jsonified<NonNullable<T>> | null>;
  /** Reads what `once` stored under `name`, or `null`. The type is the caller's claim. */
  stored<T>(name: string): Promise<Jsonified<T> | null>;
}

/** Given with each data exchange request. `C` is what the flow's token policy yields. */
export interface Call<C = Readonly<Record<string, unknown>>> extends EffectCall {
  /** `null` when the message was sent without a token (or with Meta's default, `unused`). */
  readonly flowToken: string | null;
  readonly claims: C;
}

/** Given with each completion. */
export interface CompletionCall extends EffectCall {
  /** `null` when the answers came without a token. */
  readonly flowToken: string | null;
  /**
   * Whose answers they are: the business-scoped user id, or the phone number where there is none. Whatever is stored
   * under it, `erase` is asked to delete by it; `null` only where Meta sent neither.
   */
  readonly user: string | null;
  /** The files that the user picked; those that could not be fetched are missing. Empty without access to Meta. */
  readonly media: readonly CompletionFile[];
}

/** A file that came with a completion: fetched, its hash checked, and kept as long as the completion. */
export interface CompletionFile {
  /** Meta's media id, as in the answers. */
  readonly id: string;
  /** As the user's phone named it: not safe as a path. */
  readonly fileName: string;
  /** As the user's phone says. */
  readonly mimeType: string;
  readonly bytes: number;
  /** Reads it from the beginning. */
  open(): Readable;
}
