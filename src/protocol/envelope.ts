// The encrypted request and its answer. This file and the key ring are the only ones that touch
// request cryptography; what the clear text means is for request.ts to say.

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";

import { parseBoundedJson } from "./bounded-json.ts";
import { parseCanonicalBase64 } from "./canonical-base64.ts";
import { EndpointError } from "./faults.ts";

/** The three base64 fields of an encrypted request, not yet decoded. */
export type Envelope = {
  readonly encryptedFlowData: string;
  readonly encryptedAesKey: string;
  readonly initialVector: string;
};

export type OpenedEnvelope = {
  /** The decrypted bytes, at least one, not yet known to be JSON. */
  readonly clearText: Buffer;
  /**
   * Encrypts the one answer to this request.
   *
   * @returns the whole response body: base64 of ciphertext and tag
   * @throws Error on a second call: key and IV belong to one answer, two would reveal both
   */
  seal(clearText: string): string;
};

/** Whatever holds the private keys. */
export interface KeyUnwrapper {
  /** @returns the AES key, or `null` when no private key opens it; total on hostile input */
  unwrap(encryptedAesKey: Buffer): Promise<Buffer | null>;
}

const ALGORITHM = "aes-128-gcm";
const IV_BYTES = 16;
const TAG_BYTES = 16;
const WRAPPED_KEY_BYTES = 256; // RSA-2048, the only size Meta's documentation allows

/**
 * Reads the JSON envelope. Unknown fields are ignored, so that Meta may add some.
 *
 * @throws EndpointError `BAD_ENVELOPE` unless it is a JSON object with three non-empty strings
 * @see Meta, "Implement endpoints for Flows"
 */
export function parseEnvelope(body: Uint8Array): Envelope {
  const json = parseBoundedJson(body, { strictTop: true });
  if (json.kind === "refused") {
    throw new EndpointError("BAD_ENVELOPE", `the request body ${json.reason}`);
  }
  return {
    encryptedFlowData: textField(json.value, "encrypted_flow_data"),
    encryptedAesKey: textField(json.value, "encrypted_aes_key"),
    initialVector: textField(json.value, "initial_vector"),
  };
}

/**
 * Opens an encrypted request.
 *
 *     encrypted_aes_key     base64 of | RSA-OAEP-SHA256 of the AES-128 key (256 bytes)  |
 *     initial_vector        base64 of | IV (16 bytes)                                   |
 *     encrypted_flow_data   base64 of | ciphertext (n ≥ 1 bytes) | GCM tag (16 bytes)   |
 *     answer                base64 of | ciphertext (m bytes)     | GCM tag (16 bytes)   |
 *
 * Request and answer share the AES key; the answer's IV is the request's with every bit inverted.
 * Lengths are checked before the RSA operation, which is nearly the whole cost of a request.
 *
 * @throws EndpointError `UNDECRYPTABLE`, always with the same message: a sender who could tell a
 *   wrong key from wrong padding or a wrong tag could use the difference as an oracle
 * @see Meta, "Implement endpoints for Flows"
 */
export async function openEnvelope(
  envelope: Envelope,
  keys: KeyUnwrapper,
): Promise<OpenedEnvelope> {
  const iv = parseCanonicalBase64(envelope.initialVector);
  const flowData = parseCanonicalBase64(envelope.encryptedFlowData);
  const wrappedKey = parseCanonicalBase64(envelope.encryptedAesKey);
  if (iv?.length !== IV_BYTES) throw undecryptable();
  if (flowData === null || flowData.length <= TAG_BYTES) throw undecryptable();
  if (wrappedKey?.length !== WRAPPED_KEY_BYTES) throw undecryptable();

  const aesKeyBytes = await keys.unwrap(wrappedKey);
  if (aesKeyBytes === null) throw undecryptable();
  // A key object serves both ciphers; a Buffer costs each of them two exceptions that Node throws
  // and catches inside (observed in Node 24.21), 20 µs in all.
  const aesKey = createSecretKey(aesKeyBytes);
  aesKeyBytes.fill(0);
  return { clearText: decrypt(flowData, aesKey, iv), seal: createSeal(aesKey, iv) };
}

function textField(value: unknown, name: string): string {
  // Own keys only: an inherited one is nothing the sender wrote. Arrays have none of these names.
  const field: unknown =
    typeof value === "object" && value !== null
      ? Object.getOwnPropertyDescriptor(value, name)?.value
      : undefined;
  if (typeof field !== "string" || field === "") {
    throw new EndpointError("BAD_ENVELOPE", `the request body has no ${name}, or not as text`);
  }
  return field;
}

function decrypt(flowData: Buffer, aesKey: KeyObject, iv: Buffer): Buffer {
  // Without authTagLength Node takes tags of four bytes, which can be guessed.
  const decipher = createDecipheriv(ALGORITHM, aesKey, iv, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(flowData.subarray(-TAG_BYTES));
  const clearText = decipher.update(flowData.subarray(0, -TAG_BYTES));
  try {
    decipher.final(); // GCM is a stream cipher: this yields no bytes, it compares the tag
  } catch {
    // final() throws for nothing but a tag that does not match.
    throw undecryptable();
  }
  return clearText;
}

function createSeal(aesKey: KeyObject, requestIv: Buffer): (clearText: string) => string {
  const iv = Buffer.from(requestIv.map((byte) => ~byte));
  let isSealed = false;
  return (clearText) => {
    if (isSealed) throw new Error("a request can be answered only once under its key and IV");
    isSealed = true;
    const cipher = createCipheriv(ALGORITHM, aesKey, iv, { authTagLength: TAG_BYTES });
    const ciphertext = cipher.update(clearText, "utf8");
    cipher.final(); // GCM is a stream cipher: this yields no bytes, it makes the tag
    return Buffer.concat([ciphertext, cipher.getAuthTag()]).toString("base64");
  };
}

function undecryptable(): EndpointError {
  return new EndpointError("UNDECRYPTABLE", "the request could not be decrypted");
}
