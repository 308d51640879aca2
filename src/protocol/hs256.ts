// Signed JSON (JWS compact, HS256) under secrets that may be rotating. It settles who wrote a token
// and nothing else: time, audience and meaning are its callers' to judge.
//
// Nothing here waits: on the request path a step through the thread pool would cost more than the MAC itself.

import { createSigner, createVerifier, TokenError } from "fast-jwt";

import { parseBoundedJson } from "./bounded-json.ts";

const ALGORITHM = "HS256";
/** Three segments, the last one the 32 bytes of the MAC; its last digit must have unused bits zero. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** Signs and verifies under one secret. */
export interface Hs256Key {
  /**
   * @throws TypeError for a payload that JSON cannot express
   * @throws RangeError for an `exp` or `nbf` that is no whole number of seconds
   */
  sign(payload: object): string;
  /** Total on hostile input. */
  hasSigned(token: string): boolean;
}

/** Imports a secret once, for many uses. */
export function importSecret(secret: string): Hs256Key {
  // A Buffer is always a secret; a string might be taken for a public key.
  const key = Buffer.from(secret, "utf8");
  const signer = createSigner({ algorithm: ALGORITHM, key, noTimestamp: true });
  const datedSigner = createSigner({ algorithm: ALGORITHM, key });
  const verifier = createVerifier({
    algorithms: [ALGORITHM],
    key,
    ignoreExpiration: true,
    ignoreNotBefore: true,
  });
  return {
    sign: (payload) => {
      try {
        // Without a timestamp of its own the library would take away one that the payload has.
        return Object.hasOwn(payload, "iat") ? datedSigner(payload) : signer(payload);
      } catch (error) {
        if (error instanceof TokenError) throw new RangeError(error.message, { cause: error });
        throw error;
      }
    },
    hasSigned: (token) => {
      try {
        verifier(token);
        return true;
      } catch {
        // Key and algorithm are fixed, so whatever is thrown is about the token: it is not ours.
        return false;
      }
    },
  };
}

/**
 * Whether one of the keys signed the token. Total on hostile input.
 *
 * A base64url text of 32 bytes has two spare bits, so that one MAC has four spellings. Only the
 * canonical one is taken: what is remembered under a token must not be reachable under another.
 */
export function isSignedByOneOf(token: string, keys: readonly Hs256Key[]): boolean {
  return COMPACT.test(token) && keys.some((key) => key.hasSigned(token));
}

/** The JSON object a token carries, unverified; `null` if it carries none within the limits. */
export function payloadOf(token: string): Readonly<Record<string, unknown>> | null {
  const [, payload = ""] = token.split(".");
  const json = parseBoundedJson(Buffer.from(payload, "base64url"));
  if (json.kind === "refused") return null;
  const { value } = json;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  // Neither null nor an array: what JSON.parse made is then an object with string keys.
  return value as Record<string, unknown>;
}
