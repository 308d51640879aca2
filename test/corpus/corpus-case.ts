// The language of `corpus.json`: what a case sends, and what must come back. Texts hold placeholders in braces, which
// `build-case.ts` fills in.

import corpus from "./corpus.json" with { type: "json" };
import type { EnvelopeField, Wrapping } from "../helpers/phone.ts";

/** A text, or pieces that are joined; a piece may be bytes, and may be repeated. */
export type Text = string | Piece | readonly Piece[];
export type Piece =
  | string
  | { readonly repeat: string; readonly times: number }
  | { readonly hex: string; readonly times?: number };

export type TokenKind =
  | "good"
  | "none"
  | "expired"
  | "of another flow"
  | "of another secret"
  | "older contract"
  | "alg none"
  | { readonly text: Text };

/** A request before encryption: exact text, or one of the usual requests with changes. */
export type ClearText =
  | { readonly text: Text }
  | {
      readonly base: "ping" | "init" | "submit" | "details" | "back";
      /** Members of the request to replace, last of all. */
      readonly with?: Readonly<Record<string, unknown>>;
      /** Members of its data to replace or add. */
      readonly data?: Readonly<Record<string, unknown>>;
      /** The whole of its data. */
      readonly onlyData?: Readonly<Record<string, unknown>>;
      /** The whole of its data, as the JSON between the braces. */
      readonly dataText?: string;
      readonly token?: TokenKind;
    };

/** A change to the bytes of one envelope field before they become base64. Negative numbers count from the end. */
export type ByteChange =
  | { readonly truncate: number }
  | { readonly flip: number }
  | { readonly append: string }
  | { readonly prepend: string }
  | { readonly number: "0" | "1" | "n-1" | "n" | "ones" | "random" }
  | { readonly tagFirst: true }
  | { readonly invert: true }
  | { readonly of: "another request" };

/** How the base64 of one envelope field is spelled. */
export type Spelling =
  | "base64url"
  | "unpadded"
  | "unused-bits"
  | { readonly insert: string }
  | { readonly append: string };

export type Build = {
  /** Sent and answered before the case itself, with the same flow token. */
  readonly before?: readonly ClearText[];
  /** Default: a ping. */
  readonly clear?: ClearText;
  readonly encryption?: {
    readonly publicKey?: "another" | "retired" | "4096-bit";
    readonly aesKeyBytes?: number;
    readonly ivBytes?: number;
    readonly algorithm?: "aes-128-gcm" | "aes-256-gcm" | "aes-128-cbc";
    readonly tagBytes?: number;
    readonly additionalData?: string;
    readonly wrapping?: Wrapping;
  };
  readonly bytes?: Readonly<Partial<Record<EnvelopeField, ByteChange>>>;
  readonly spelling?: Readonly<Partial<Record<EnvelopeField, Spelling>>>;
  readonly envelope?:
    | { readonly set: Readonly<Record<string, unknown>> }
    | { readonly remove: readonly EnvelopeField[] }
    | { readonly text: Text }
    | { readonly padTo: number };
  /** In place of an envelope. */
  readonly body?: Text;
  readonly signature?:
    | { readonly header: Text | null }
    | { readonly secret: "previous" | "retired" | "another" | "empty" }
    | { readonly over: "reserialised" };
  readonly afterSigning?: { readonly append: string } | { readonly flip: "first" | "last" };
  readonly http?: {
    readonly method?: string;
    readonly path?: Text;
    readonly headers?: Readonly<Record<string, string | null>>;
  };
  /** Bytes for a socket, in place of a request made by an HTTP client. */
  readonly raw?: {
    readonly send: Text;
    readonly then?: "half-close" | "reset" | { readonly trickle: string; readonly everyMs: number };
  };
  /** Connections that send nothing, open while the case's request is sent. */
  readonly idleConnections?: number;
  readonly repeat?: {
    readonly times: number;
    readonly how: "in turn" | "at once" | "anew in turn" | "anew at once";
  };
  /** Something inside the server that is made to fail. */
  readonly fault?: "sealing";
};

export type Expectation = {
  readonly status?: number;
  /** Raw cases: the status of every answer on the connection. */
  readonly answers?: readonly (
    | number
    | { readonly repeat: readonly number[]; readonly times: number }
  )[];
  /** What the decrypted answer holds, among others. */
  readonly clear?: unknown;
  /** The case whose answer this one must equal in status, headers (but for Date) and body. */
  readonly sameAs?: string;
  readonly distinctBodies?: number;
  /** Different `data.title`s among the answers. */
  readonly distinctTitles?: number;
  /** How often the handler ran. */
  readonly runs?: number;
  /** Keys that an ordinary object has in the server afterwards, although nobody gave it any. */
  readonly polluted?: readonly string[];
  /** Whether the server must have nothing to log about it. */
  readonly quiet?: true;
};

export type CorpusCase = {
  readonly id: string;
  readonly title: string;
  /** Why the case expects what it does, where that is not plain. */
  readonly note?: string;
  readonly build: Build;
  readonly expect: Expectation;
};

// The file is written in this language; a member it does not have would leave its case without effect, which the
// interpreter's own test looks for.
export const CORPUS = corpus as unknown as readonly CorpusCase[];

export function findCase(id: string): CorpusCase {
  const found = CORPUS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`the corpus has no case ${id}`);
  return found;
}
