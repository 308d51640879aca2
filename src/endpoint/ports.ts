// What the endpoint needs from outside, and the values that pass through it.

import type { Account } from "../protocol/account.ts";
import type { FaultCode } from "../protocol/faults.ts";
import type { FlowTokenContent } from "../protocol/flow-token.ts";
import type { Effects } from "../flows/effects.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Clock, Log } from "../flows/services.ts";
import type { Admission } from "./admission.ts";

/** One POST to an endpoint URL, as received. */
export type ExchangeRequest = {
  /** The URL segment; not known to be a flow yet. */
  readonly flowName: string;
  readonly body: Buffer;
  /** `X-Hub-Signature-256`, every value of it. */
  readonly signature: string | readonly string[] | undefined;
  /** Counts this request against its flow's rate; `false` when the flow is over it. */
  withinRate(): Promise<boolean>;
};

/** What goes back: an empty body, or one base64 string. */
export type ExchangeAnswer = {
  readonly status: number;
  readonly body: string;
};

/** An answer before it is sealed. */
export type ClearAnswer = {
  readonly status: 200 | 427;
  readonly clearText: string;
};

/** What became of one exchange. Written by the steps of the pipeline, read once at its end. */
export type ExchangeReport = {
  flow: string;
  /** As Meta spells it; an error notification carries the action that failed, so it gets a name of its own. */
  action: "INIT" | "data_exchange" | "BACK" | "ping" | "error_notification" | "unknown";
  screen: string | null;
  /** The fault, even where a fallback answered 200. */
  fault: FaultCode | null;
  /** Which check refused: names and paths only. */
  reason: string | null;
  cause: unknown;
  replayed: boolean;
};

/** What a piece of work answered, and whether repeats must get the same bytes. */
export type Answered = {
  readonly answer: ExchangeAnswer;
  /** `false` only where every answer would be the same anyway. */
  readonly remember: boolean;
};

/** Knows which requests were answered. */
export interface Replays {
  /** @throws EndpointError `OVERLOADED` when not one more answer can be remembered */
  assertRoom(): void;
  /**
   * Runs `work` for a body not seen before; otherwise gives the answer that it got.
   *
   * @throws EndpointError `ANSWER_NOT_HELD` for bytes answered at another flow, or whose answer was dropped; and
   *                       whatever `work` throws, to every concurrent repeat alike
   */
  answerOnce(
    body: Buffer,
    flow: string,
    work: () => Promise<Answered>,
  ): Promise<{ readonly answer: ExchangeAnswer; readonly replayed: boolean }>;
}

/** What was last shown to whom: the data behind the fallback answer. Never rejects. */
export interface LastShown {
  /** @param data  JSON text of the screen's data, without error_message */
  remember(tokenKey: string, screen: string, data: string): Promise<void>;
  /** @returns JSON text, or `null` */
  recall(tokenKey: string, screen: string): Promise<string | null>;
  erase(tokenKey: string): Promise<void>;
}

/** Told about every exchange: metrics and log lines. */
export interface ExchangeObserver {
  answered(report: Readonly<ExchangeReport>, status: number, durationMs: number): void;
  /** WhatsApp reported that it could not use an earlier answer. */
  clientError(flow: string, error: string): void;
}

/** Reads flow tokens that were minted here; `null` for any other. */
export interface FlowTokenReader {
  verify(token: string): FlowTokenContent | null;
}

/**
 * Remembers which flow a token came to, so that a completion that bears it finds its way. Best effort: takes no time and
 * never throws.
 */
export interface SeenTokens {
  saw(flowToken: string, flow: string): void;
}

export type ExchangeDependencies = {
  readonly account: Account;
  readonly flows: ReadonlyMap<string, LoadedFlow>;
  readonly tokens: FlowTokenReader;
  readonly tokenPolicy: "signed" | "any";
  readonly deadlineMs: number;
  readonly effects: Effects;
  /** Told of accepted tokens that do not name their flow, as those minted here do. */
  readonly seenTokens: SeenTokens;
  readonly replays: Replays;
  readonly admission: Admission;
  readonly lastData: LastShown;
  readonly observer: ExchangeObserver;
  readonly log: Log;
  readonly clock: Clock;
  /** Milliseconds from any fixed point, never going back. */
  readonly elapsedMs: () => number;
};
