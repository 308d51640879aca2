// A chosen file as Meta's CDN holds it: encrypted in the browser, with the keys and hashes that the
// endpoint needs to open it again.
//
//     | ciphertext, AES-256-CBC with PKCS#7 padding | first 10 bytes of HMAC-SHA256(iv ‖ ciphertext) |
//
// Source: Meta, "Media upload components".

import type { JsonObject } from "../../flow-json/json-value.ts";
import { type Bytes, toBase64 } from "./wire-bytes.ts";

const MAC_BYTES = 10;
const KEY_BYTES = 32;
const IV_BYTES = 16;

export type EncryptedMedia = {
  /** What is uploaded. */
  readonly file: Bytes;
  /** `encryption_metadata` of a picker's value. */
  readonly metadata: JsonObject;
};

export async function encryptMedia(plaintext: Bytes): Promise<EncryptedMedia> {
  const encryptionKey = randomBytes(KEY_BYTES);
  const hmacKey = randomBytes(KEY_BYTES);
  const iv = randomBytes(IV_BYTES);
  const aes = await crypto.subtle.importKey("raw", encryptionKey, "AES-CBC", false, ["encrypt"]);
  const hmac = await crypto.subtle.importKey(
    "raw",
    hmacKey,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const ciphertext = new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-CBC", iv }, aes, plaintext),
  );
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, joined(iv, ciphertext)));
  const file = joined(ciphertext, mac.subarray(0, MAC_BYTES));
  return {
    file,
    metadata: {
      encrypted_hash: toBase64(await sha256(file)),
      plaintext_hash: toBase64(await sha256(plaintext)),
      encryption_key: toBase64(encryptionKey),
      hmac_key: toBase64(hmacKey),
      iv: toBase64(iv),
    },
  };
}

function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}

async function sha256(bytes: Bytes): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function joined(first: Uint8Array, second: Uint8Array): Bytes {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
