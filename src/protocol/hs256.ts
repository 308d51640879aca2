// Signed JSON (JWS compact, HS256) under secrets that may be rotating. It settles who wrote a token
// and nothing else: time, audience and meaning are its callers' to judge.

import { createSecretKey, type webcrypto } from "node:crypto";

import { CompactSign, compactVerify } from "jose";

import { parseBoundedJson } from "./bounded-json.ts";

const ALGORITHM = "HS256";
/** Three segments, the last one the 32 bytes of the MAC; its last digit must have unused bits zero. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** Imports a secret once, for many uses. */
export function importSecret(secret: string): webcrypto.CryptoKey {
  return createSecretKey(secret, "utf8").toCryptoKey({ name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);
}

/** @throws TypeError for a payload that JSON cannot express */
export async function signJson(payload: object, key: webcrypto.CryptoKey): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: ALGORITHM })
    .sign(key);
}

/**
 * Whether one of the keys signed the token. Total on hostile input.
 *
 * A base64url text of 32 bytes has two spare bits, so that one MAC has four spellings. Only the
 * canonical one is taken: what is remembered under a token must not be reachable under another.
 */
export async function isSignedByOneOf(
  token: string,
  keys: readonly webcrypto.CryptoKey[],
): Promise<boolean> {
  if (!COMPACT.test(token)) return false;
  for (const key of keys) {
    if (await isSignedBy(token, key)) return true;
  }
  return false;
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

async function isSignedBy(token: string, key: webcrypto.CryptoKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [ALGORITHM] });
    return true;
  } catch {
    // Key and algorithm are fixed, so whatever is thrown is about the token: it is not ours.
    return false;
  }
}
