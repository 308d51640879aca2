// The cryptography of a phone, for the simulator: an implementation of its own in Web Cryptography, which shares no code
// with the server's, so that the two cannot agree on a mistake.

import { webcrypto } from "node:crypto";

const { subtle } = webcrypto;

const AES_BITS = 128;
const IV_BYTES = 16;

export type PublicKey = webcrypto.CryptoKey;

/** What was sent, with what is needed to open its answer. */
export type SealedRequest = {
  /** The HTTP body. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Reads the HTTP answer's body. */
  readonly openAnswer: (base64: string) => Promise<string>;
};

/** @param pem  SPKI PEM, as Meta hands it to clients */
export function importPublicKey(pem: string): Promise<PublicKey> {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ""), "base64");
  return subtle.importKey("spki", der, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
}

/** A key that no server has the private part of: what a phone holds after its key was replaced. */
export async function createForeignKey(): Promise<PublicKey> {
  const pair = await subtle.generateKey(
    {
      name: "RSA-OAEP",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    false,
    ["encrypt", "decrypt"],
  );
  return pair.publicKey;
}

export async function sealRequest(clearText: string, publicKey: PublicKey): Promise<SealedRequest> {
  const aesKey = await subtle.generateKey({ name: "AES-GCM", length: AES_BITS }, true, [
    "encrypt",
    "decrypt",
  ]);
  const iv = webcrypto.getRandomValues(new Uint8Array(IV_BYTES));
  const rawKey = await subtle.exportKey("raw", aesKey);
  const encryptedKey = await subtle.encrypt({ name: "RSA-OAEP" }, publicKey, rawKey);
  // Web Cryptography appends the tag to the ciphertext, as the protocol does.
  const flowData = await subtle.encrypt(gcm(iv), aesKey, new TextEncoder().encode(clearText));
  const envelope = {
    encrypted_flow_data: toBase64(flowData),
    encrypted_aes_key: toBase64(encryptedKey),
    initial_vector: toBase64(iv.buffer),
  };
  return {
    body: new TextEncoder().encode(JSON.stringify(envelope)),
    openAnswer: async (base64) => {
      const invertedIv = iv.map((byte) => byte ^ 0xff);
      const clear = await subtle.decrypt(gcm(invertedIv), aesKey, Buffer.from(base64, "base64"));
      return new TextDecoder("utf-8", { fatal: true }).decode(clear);
    },
  };
}

function gcm(iv: Uint8Array<ArrayBuffer>): webcrypto.AeadParams {
  return { name: "AES-GCM", iv, tagLength: 128 };
}

function toBase64(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("base64");
}
