// What the processing of completions needs from outside, and the values that pass through it.

import type { Readable } from "node:stream";

/** How a completion was found to be of its flow, the surest way first. */
export const MATCHED_BY = [
  "token",
  "tokens-function",
  "seen-token",
  "sent-message",
  "schema",
] as const;
export type MatchedBy = (typeof MATCHED_BY)[number];

/**
 * `received`: to be processed; `done`; `failed`: to be tried again; `dead`: given up; `unmatched`: of no flow known here,
 * matched again when more is known.
 */
export const COMPLETION_STATES = ["received", "done", "failed", "dead", "unmatched"] as const;
export type CompletionState = (typeof COMPLETION_STATES)[number];

export type Match = {
  readonly flow: string;
  readonly matchedBy: MatchedBy;
};

/** A response message as it was stored, and what has become of it. */
export type StoredCompletion = {
  readonly id: string;
  /** Meta's wamid. */
  readonly messageId: string;
  /** Business-scoped user id, or the phone number where there is none. */
  readonly user: string | null;
  readonly contextMessageId: string | null;
  readonly flowToken: string | null;
  /** The message as JSON text. */
  readonly message: string;
  readonly receivedAt: Date;
  readonly match: Match | null;
  readonly state: CompletionState;
  readonly attempts: number;
  readonly isForwardQueued: boolean;
};

/** What one attempt came to. */
export type CompletionRecord = {
  readonly state: Exclude<CompletionState, "received">;
  readonly match: Match | null;
};

export interface CompletionStore {
  read(id: string): Promise<StoredCompletion | null>;
  /** The flow that a token was seen at, or `null`. */
  findSeenToken(flowToken: string): Promise<string | null>;
  /** The flow that a message was sent for, or `null`. */
  findSentMessage(messageId: string): Promise<string | null>;
  /** Records the match and makes the job that forwards, in one transaction; only ever once. */
  queueForward(id: string, match: Match | null): Promise<void>;
  /** A failure that is told late changes nothing about a completion that is done. */
  record(id: string, record: CompletionRecord): Promise<void>;
  recordForwarded(id: string): Promise<void>;
}

/** One job's turn. */
export type Attempt = {
  /** Aborts when the result is nobody's any more. */
  readonly signal: AbortSignal;
  /** Whether there is no other when this fails. */
  readonly isLast: boolean;
};

/** Nothing is wrong and nothing was done: the job is to be tried again in some seconds, and no attempt was made. */
export class TryLaterError extends Error {
  override readonly name = "TryLaterError";
}

/** Works on the completion `id`; rejects to be called again later. */
export type Process = (id: string, attempt: Attempt) => Promise<void>;

/** Files by the completion they came with, and a name that is never the user's. */
export interface MediaStore {
  /** Reads a file that is there. */
  open(completionId: string, name: string): Readable;
  /** Bytes of a file, or `null` where there is none. */
  sizeOf(completionId: string, name: string): Promise<number | null>;
  /** Stores the file whole, or not at all when `content` throws. */
  write(completionId: string, name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Deletes all files of a completion. */
  remove(completionId: string): Promise<void>;
  /** Completions that there are files of. */
  list(): Promise<readonly string[]>;
}

/** Where files of completions are fetched from. */
export interface MediaSource {
  /**
   * @returns the file's bytes as they arrive
   * @throws MediaError
   */
  open(mediaId: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
