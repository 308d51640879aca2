// What a phone sends, made before the clock starts: encrypted under the server's public key and signed with the app
// secret, every request with an AES key, IV and flow token of its own, so that no two are alike.

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from "node:crypto";

/** A POST ready to send, and what opens its answer. */
export type SealedRequest = {
  readonly body: Buffer;
  /** Value of `X-Hub-Signature-256`. */
  readonly signature: string;
  /** @returns the answer's clear text; throws where key or tag do not match */
  open(answer: string): string;
};

export type Recipient = {
  readonly publicKey: KeyObject;
  readonly appSecret: string;
};

/** Encrypts one request. @see Meta, "Implementing your Flow endpoint", section Request decryption and encryption */
export function sealRequest(recipient: Recipient, request: object): SealedRequest {
  const aesKey = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-128-gcm", aesKey, iv);
  const ciphertext = [cipher.update(JSON.stringify(request), "utf8"), cipher.final()];
  const body = Buffer.from(
    JSON.stringify({
      encrypted_flow_data: Buffer.concat([...ciphertext, cipher.getAuthTag()]).toString("base64"),
      encrypted_aes_key: wrapKey(recipient.publicKey, aesKey).toString("base64"),
      initial_vector: iv.toString("base64"),
    }),
  );
  const mac = createHmac("sha256", recipient.appSecret).update(body).digest("hex");
  return { body, signature: `sha256=${mac}`, open: (answer) => openAnswer(answer, aesKey, iv) };
}

/** How a visit ends: with the form sent, or with the phone put away, which leaves its last screen remembered. */
export type Ending = "submits" | "leaves";

/** The four requests of one person in the `echo` flow. */
export function visitOf(flowToken: string, ending: Ending): readonly object[] {
  const choose = (slot: string): object => ({
    ...common(flowToken, "data_exchange"),
    data: { trigger: "chosen", slot },
  });
  return [
    { version: "3.0", action: "INIT", flow_token: flowToken },
    choose("slot-1"),
    choose("slot-2"),
    ending === "leaves"
      ? choose("slot-3")
      : {
          ...common(flowToken, "data_exchange"),
          data: { trigger: "submitted", slot: "slot-2", note: "Second bell, please." },
        },
  ];
}

function common(flowToken: string, action: string): object {
  return { version: "3.0", action, screen: "CHOOSE", flow_token: flowToken };
}

function wrapKey(publicKey: KeyObject, aesKey: Buffer): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key: publicKey, padding, oaepHash: "sha256" }, aesKey);
}

function openAnswer(answer: string, aesKey: Buffer, requestIv: Buffer): string {
  const bytes = Buffer.from(answer, "base64");
  const iv = requestIv.map((byte) => ~byte);
  const decipher = createDecipheriv("aes-128-gcm", aesKey, iv, { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
}
