// The port behind `call.once` and `call.stored`; the database adapter is in `src/storage`.

import type { HandlerTransaction } from "./services.ts";

/** What results are remembered by. */
export type EffectScope = {
  readonly flow: string;
  /** Identifies the flow token or the completion; never the token itself. */
  readonly key: string;
  /** Until when results are kept. */
  readonly keepUntil: Date;
  /** The completion whose effects they are; `null` for those of a flow token. */
  readonly completionId: string | null;
};

/** The completion was deleted meanwhile, its user erased perhaps: nothing of it may be stored any more. */
export class CompletionGoneError extends Error {
  override readonly name = "CompletionGoneError";
}

/** Runs effects once. */
export interface Effects {
  /**
   * @param scope   `null`: nothing to remember by, the transaction runs each time
   * @param signal  aborted before COMMIT: the transaction is rolled back
   * @throws CompletionGoneError, or whatever `work` throws
   * @returns `work`'s result, or the one stored earlier, after a round trip through JSON; `null` where there is none
   */
  once(
    flow: string,
    scope: EffectScope | null,
    name: string,
    signal: AbortSignal,
    work: (trx: HandlerTransaction) => unknown,
  ): Promise<unknown>;
  /** The stored result, or `null`. */
  stored(scope: EffectScope, name: string): Promise<unknown>;
}
