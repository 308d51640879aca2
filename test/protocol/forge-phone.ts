// The sender's half of the encryption, written with node-forge alone: a second implementation that
// shares neither code nor library with the one under test.

import forge from "node-forge";

export type Sent = {
  readonly encryptedFlowData: string;
  readonly encryptedAesKey: string;
  readonly initialVector: string;
};

export type Secrets = { readonly aesKey: Buffer; readonly iv: Buffer };

/** How the AES key is wrapped; WhatsApp's way unless told otherwise. */
export type Wrapping = {
  readonly hash?: "sha1" | "sha256";
  readonly mgf1Hash?: "sha1" | "sha256";
  readonly label?: string;
  readonly scheme?: "RSA-OAEP" | "RSAES-PKCS1-V1_5";
};

export function randomSecrets(): Secrets {
  return {
    aesKey: bytesOf(forge.random.getBytesSync(16)),
    iv: bytesOf(forge.random.getBytesSync(16)),
  };
}

export function encryptRequest(
  publicKeyPem: string,
  clearText: string | Uint8Array,
  { aesKey, iv }: Secrets = randomSecrets(),
): Sent {
  return {
    encryptedFlowData: encryptFlowData(clearText, aesKey, iv).toString("base64"),
    encryptedAesKey: wrapKey(publicKeyPem, aesKey).toString("base64"),
    initialVector: iv.toString("base64"),
  };
}

export function encryptFlowData(
  clearText: string | Uint8Array,
  aesKey: Buffer,
  iv: Buffer,
  { tagBytes = 16, additionalData = "" } = {},
): Buffer {
  const cipher = forge.cipher.createCipher("AES-GCM", forgeBytes(aesKey));
  cipher.start({ iv: forgeBytes(iv), additionalData });
  cipher.update(forge.util.createBuffer(forgeBytes(Buffer.from(clearText))));
  cipher.finish();
  const tag = bytesOf(cipher.mode.tag.getBytes()).subarray(0, tagBytes);
  return Buffer.concat([bytesOf(cipher.output.getBytes()), tag]);
}

/** Decrypts an answer as the client does: same key, every bit of the IV inverted. */
export function decryptAnswer(body: string, { aesKey, iv }: Secrets): string {
  const bytes = Buffer.from(body, "base64");
  const inverted = iv.map((byte) => byte ^ 0xff);
  const decipher = forge.cipher.createDecipher("AES-GCM", forgeBytes(aesKey));
  decipher.start({
    iv: forgeBytes(inverted),
    tagLength: 128,
    tag: forge.util.createBuffer(forgeBytes(bytes.subarray(-16))),
  });
  decipher.update(forge.util.createBuffer(forgeBytes(bytes.subarray(0, -16))));
  if (!decipher.finish()) throw new Error("the answer's tag does not match");
  return bytesOf(decipher.output.getBytes()).toString("utf8");
}

export function wrapKey(publicKeyPem: string, aesKey: Buffer, wrapping: Wrapping = {}): Buffer {
  const { hash = "sha256", mgf1Hash = hash, label = "", scheme = "RSA-OAEP" } = wrapping;
  const publicKey = forge.pki.publicKeyFromPem(publicKeyPem);
  const oaep = { md: forge.md[hash].create(), mgf1: { md: forge.md[mgf1Hash].create() }, label };
  return bytesOf(
    publicKey.encrypt(forgeBytes(aesKey), scheme, scheme === "RSA-OAEP" ? oaep : undefined),
  );
}

function forgeBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function bytesOf(forgeString: string): Buffer {
  return Buffer.from(forgeString, "latin1");
}
