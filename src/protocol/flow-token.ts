// Flow tokens minted here: the one thread from a message through the requests to the completion,
// none of which names a user or, at the end, a flow. Signed, not encrypted: claims are readable by
// the user, so nothing private belongs in them. Expiry is told, not judged: there is no clock here.

import { isDeepStrictEqual } from "node:util";

import { LRUCache } from "lru-cache";

import { importSecret, isSignedByOneOf, payloadOf } from "./hs256.ts";

export type FlowTokenContent = {
  /** Name of the flow the token was minted for. */
  readonly flow: string;
  /** Unix time from which the token is no longer good. */
  readonly expiresAtSeconds: number;
  /** Random, so that no two tokens are equal. */
  readonly id: string;
  /** Short hash of the contract in force when the message was sent. */
  readonly contractHash: string;
  /** The sender's own; their names must not be `f`, `h`, `exp` or `jti`. */
  readonly claims: Readonly<Record<string, unknown>>;
};

export interface FlowTokens {
  /**
   * @returns the token, at most 512 characters
   * @throws RangeError if the token is longer, or a claim is reserved or would not be read back
   * @throws TypeError for claims that JSON cannot express
   */
  mint(content: FlowTokenContent): string;
  /** @returns what the token says, or `null` if it was not minted here; total on hostile input */
  verify(token: string): FlowTokenContent | null;
}

const MAX_CHARACTERS = 512;
/** A user sends the same token with every exchange; at most 5 MB of text. */
const MAX_REMEMBERED = 10_000;
const RESERVED = ["f", "h", "exp", "jti"];

/**
 * Mints and verifies flow tokens.
 *
 *     base64url( {"alg":"HS256","typ":"JWT"} ) . base64url( {"f":flow,"h":contract hash,"exp":…,"jti":id, …claims} ) . MAC
 *
 * @param secrets the first signs, any verifies (two while one is being rotated)
 * @throws RangeError if there is no secret or an empty one
 */
export function createFlowTokens(secrets: readonly string[]): FlowTokens {
  if (secrets.includes(""))
    throw new RangeError("a flow token secret is empty; give 32 characters");
  const keys = secrets.map(importSecret);
  const [signingKey] = keys;
  /** Tokens found good, and the JSON they carry: parsed anew for each reader, who may change what it is given. */
  const remembered = new LRUCache<string, string>({ max: MAX_REMEMBERED });
  if (signingKey === undefined) throw new RangeError("flow tokens need at least one secret");

  return {
    mint(content) {
      const { flow, expiresAtSeconds, id, contractHash, claims } = content;
      const reserved = RESERVED.find((name) => Object.hasOwn(claims, name));
      if (reserved !== undefined) {
        throw new RangeError(
          `a flow token has a claim of its own called ${reserved}; rename yours`,
        );
      }
      const payload = { f: flow, h: contractHash, exp: expiresAtSeconds, jti: id, ...claims };
      const token = signingKey.sign(payload);
      if (token.length > MAX_CHARACTERS) {
        throw new RangeError(
          `the flow token would be over ${MAX_CHARACTERS} characters; shorten its claims`,
        );
      }
      if (!isDeepStrictEqual(verify(token), content)) {
        throw new RangeError(
          "the content of a flow token must be plain JSON, at most 32 levels deep",
        );
      }
      return token;
    },
    verify,
  };

  function verify(token: string): FlowTokenContent | null {
    if (token.length > MAX_CHARACTERS) return null;
    const json = remembered.get(token);
    // It was parsed within its limits, and found to be an object, before it was remembered.
    if (json !== undefined) return parseContent(JSON.parse(json) as Record<string, unknown>);
    if (!isSignedByOneOf(token, keys)) return null;
    const payload = payloadOf(token);
    const content = payload === null ? null : parseContent(payload);
    if (content !== null) remembered.set(token, JSON.stringify(payload));
    return content;
  }
}

function parseContent(payload: Readonly<Record<string, unknown>>): FlowTokenContent | null {
  const { f: flow, h: contractHash, exp: expiresAtSeconds, jti: id, ...claims } = payload;
  if (typeof flow !== "string" || typeof contractHash !== "string") return null;
  if (!Number.isSafeInteger(expiresAtSeconds) || typeof id !== "string") return null;
  // A safe integer is a number, which isSafeInteger does not tell the compiler.
  return { flow, expiresAtSeconds: expiresAtSeconds as number, id, contractHash, claims };
}
