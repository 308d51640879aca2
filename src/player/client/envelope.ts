// The cryptography of a phone, in the browser's Web Cryptography: it shares no code with the server's,
// so that the two cannot agree on a mistake.
// Source: Meta, "Implementing your Flow endpoint".

import { type Bytes, fromBase64, toBase64, toHex } from "./wire-bytes.ts";

const AES_BITS = 128;
const IV_BYTES = 16;
const TAG_BYTES = 16;
const RSA = { name: "RSA-OAEP", hash: "SHA-256" } as const;

/** What was sent, with what is needed to open its answer. */
export type SealedRequest = {
  /** The HTTP body. */
  readonly body: string;
  readonly parts: EnvelopeParts;
  /** @throws when the tag does not fit, or the text is not UTF-8 */
  readonly openAnswer: (base64: string) => Promise<string>;
};

/** The envelope's insides, for the inspector. */
export type EnvelopeParts = {
  readonly aesKey: string;
  readonly iv: string;
  /** What the answer is encrypted with: the same vector, every bit inverted. */
  readonly invertedIv: string;
  readonly encryptedKeyBytes: number;
  readonly ciphertextBytes: number;
  readonly tag: string;
};

/** @param base64 a SPKI public key */
export function importPublicKey(base64: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("spki", fromBase64(base64), RSA, false, ["encrypt"]);
}

/** A key that no server has the private part of: what a phone holds after its key was replaced. */
export async function createForeignKey(): Promise<CryptoKey> {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const pair = await crypto.subtle.generateKey(
    { ...RSA, modulusLength: 2048, publicExponent },
    false,
    ["encrypt", "decrypt"],
  );
  return pair.publicKey;
}

export async function sealRequest(clear: string, publicKey: CryptoKey): Promise<SealedRequest> {
  const aesKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: AES_BITS }, true, [
    "encrypt",
    "decrypt",
  ]);
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const invertedIv = iv.map((byte) => byte ^ 0xff);
  const rawKey = new Uint8Array(await crypto.subtle.exportKey("raw", aesKey));
  const encryptedKey = new Uint8Array(
    await crypto.subtle.encrypt({ name: "RSA-OAEP" }, publicKey, rawKey),
  );
  // Web Cryptography appends the tag to the ciphertext, as the protocol does.
  const flowData = new Uint8Array(
    await crypto.subtle.encrypt(gcm(iv), aesKey, new TextEncoder().encode(clear)),
  );
  return {
    body: JSON.stringify({
      encrypted_flow_data: toBase64(flowData),
      encrypted_aes_key: toBase64(encryptedKey),
      initial_vector: toBase64(iv),
    }),
    parts: {
      aesKey: toHex(rawKey),
      iv: toHex(iv),
      invertedIv: toHex(invertedIv),
      encryptedKeyBytes: encryptedKey.length,
      ciphertextBytes: flowData.length - TAG_BYTES,
      tag: toHex(flowData.subarray(-TAG_BYTES)),
    },
    openAnswer: async (base64) => {
      const text = await crypto.subtle.decrypt(gcm(invertedIv), aesKey, fromBase64(base64));
      return new TextDecoder("utf-8", { fatal: true }).decode(text);
    },
  };
}

/** The same answer with one bit of its tag turned: what a line that changes bytes delivers. */
export function tamperWith(base64: string): string {
  if (base64 === "") return base64;
  const bytes = fromBase64(base64);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return toBase64(bytes);
}

function gcm(iv: Bytes): AesGcmParams {
  return { name: "AES-GCM", iv, tagLength: TAG_BYTES * 8 };
}
