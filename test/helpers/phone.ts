// The other end of the wire: a WhatsApp client and Meta's forwarder in miniature. Its cryptography is its own, on
// node:crypto and nothing of `src`, so that it cannot share the server's mistakes. Every step can be made to go wrong.

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from "node:crypto";

export type EnvelopeField = "encrypted_flow_data" | "encrypted_aes_key" | "initial_vector";

/** How the AES key is wrapped; WhatsApp's way unless told otherwise. */
export type Wrapping = {
  readonly hash?: "sha1" | "sha256";
  readonly mgf1Hash?: "sha1" | "sha256";
  readonly label?: string;
  readonly padding?: "oaep" | "pkcs1-v1_5";
  /** First byte of the padded message, which must be 0: Manger's attack tells the difference. */
  readonly leadingByte?: number;
};

/** How the request is encrypted; WhatsApp's way unless told otherwise. */
export type Encryption = {
  readonly aesKey?: Buffer;
  readonly iv?: Buffer;
  readonly algorithm?: "aes-128-gcm" | "aes-256-gcm" | "aes-128-cbc";
  readonly tagBytes?: number;
  readonly additionalData?: Buffer;
  readonly wrapping?: Wrapping;
};

/** An encrypted request before it is written down as base64 and JSON. */
export type Encrypted = {
  readonly fields: Readonly<Record<EnvelopeField, Buffer>>;
  /** Decrypts the answer as the client does: the same key, every bit of the IV inverted. */
  readonly decrypt: (answer: string) => string;
};

export type SignedRequest = {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly decrypt: Encrypted["decrypt"];
};

export interface Phone {
  /** Encrypts and signs one request. An object is written as JSON. */
  request(clear: string | Buffer | object, encryption?: Encryption): SignedRequest;
}

export function createPhone(publicKey: KeyObject, appSecret: string): Phone {
  return {
    request: (clear, encryption) => {
      const { fields, decrypt } = encrypt(publicKey, clear, encryption);
      const body = writeEnvelope(spell(fields));
      return { body, headers: headersFor(body, appSecret), decrypt };
    },
  };
}

/** Meta's forwarder escapes slashes, which JSON allows and JSON.stringify never does. */
export function writeEnvelope(envelope: object): Buffer {
  return Buffer.from(JSON.stringify(envelope).replaceAll("/", String.raw`\/`));
}

/** The headers that Meta's forwarder sends. */
export function headersFor(body: Buffer, appSecret: string): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json",
    "x-hub-signature-256": `sha256=${sign(body, appSecret)}`,
  };
}

/** 64 hexadecimal digits. */
export function sign(body: Buffer, appSecret: string): string {
  return createHmac("sha256", appSecret).update(body).digest("hex");
}

export function spell(
  fields: Readonly<Record<EnvelopeField, Buffer>>,
): Readonly<Record<EnvelopeField, string>> {
  return {
    encrypted_flow_data: fields.encrypted_flow_data.toString("base64"),
    encrypted_aes_key: fields.encrypted_aes_key.toString("base64"),
    initial_vector: fields.initial_vector.toString("base64"),
  };
}

export function encrypt(
  publicKey: KeyObject,
  clear: string | Buffer | object,
  {
    algorithm = "aes-128-gcm",
    aesKey = randomBytes(algorithm === "aes-256-gcm" ? 32 : 16),
    iv = randomBytes(16),
    tagBytes = 16,
    additionalData,
    wrapping = {},
  }: Encryption = {},
): Encrypted {
  const clearBytes = toBytes(clear);
  return {
    fields: {
      encrypted_flow_data:
        algorithm === "aes-128-cbc"
          ? encryptCbc(clearBytes, aesKey, iv)
          : encryptGcm(clearBytes, aesKey, iv, { algorithm, tagBytes, additionalData }),
      encrypted_aes_key: wrapKey(publicKey, aesKey, wrapping),
      initial_vector: iv,
    },
    decrypt: (answer) => decryptAnswer(answer, aesKey, iv),
  };
}

function decryptAnswer(answer: string, aesKey: Buffer, iv: Buffer): string {
  const bytes = Buffer.from(answer, "base64");
  if (bytes.toString("base64") !== answer) throw new Error("the answer is not base64");
  const inverted = iv.map((byte) => byte ^ 0xff);
  const decipher = createDecipheriv("aes-128-gcm", aesKey, inverted, { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
}

function encryptGcm(
  clear: Buffer,
  aesKey: Buffer,
  iv: Buffer,
  options: {
    readonly algorithm: "aes-128-gcm" | "aes-256-gcm";
    readonly tagBytes: number;
    readonly additionalData: Buffer | undefined;
  },
): Buffer {
  // Keys and IVs of other lengths cannot be used; what they would have encrypted does not matter then.
  const keyBytes = options.algorithm === "aes-256-gcm" ? 32 : 16;
  const usableKey = aesKey.length === keyBytes ? aesKey : randomBytes(keyBytes);
  const usableIv = iv.length === 0 || iv.length > 128 ? randomBytes(16) : iv;
  const cipher = createCipheriv(options.algorithm, usableKey, usableIv);
  if (options.additionalData !== undefined) cipher.setAAD(options.additionalData);
  const ciphertext = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([ciphertext, cipher.getAuthTag().subarray(0, options.tagBytes)]);
}

function encryptCbc(clear: Buffer, aesKey: Buffer, iv: Buffer): Buffer {
  const cipher = createCipheriv("aes-128-cbc", aesKey, iv);
  return Buffer.concat([cipher.update(clear), cipher.final()]);
}

function wrapKey(publicKey: KeyObject, aesKey: Buffer, wrapping: Wrapping): Buffer {
  const { hash = "sha256", mgf1Hash = hash, label = "", leadingByte = 0 } = wrapping;
  if (wrapping.padding === "pkcs1-v1_5") {
    return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, aesKey);
  }
  const padded = padOaep(aesKey, modulusBytes(publicKey), { hash, mgf1Hash, label, leadingByte });
  return publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, padded);
}

/** RFC 8017, section 7.1.1, by hand: OpenSSL's own would not let the parts disagree. */
function padOaep(
  message: Buffer,
  length: number,
  {
    hash,
    mgf1Hash,
    label,
    leadingByte,
  }: Required<Pick<Wrapping, "hash" | "mgf1Hash" | "label" | "leadingByte">>,
): Buffer {
  const labelHash = createHash(hash).update(label).digest();
  const block = Buffer.alloc(length - labelHash.length - 1);
  labelHash.copy(block);
  block[block.length - message.length - 1] = 1;
  message.copy(block, block.length - message.length);
  const seed = randomBytes(labelHash.length);
  const maskedBlock = xor(block, mask(mgf1Hash, seed, block.length));
  const maskedSeed = xor(seed, mask(mgf1Hash, maskedBlock, seed.length));
  return Buffer.concat([Buffer.from([leadingByte]), maskedSeed, maskedBlock]);
}

function mask(hash: string, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; Buffer.concat(blocks).length < length; counter += 1) {
    blocks.push(
      createHash(hash)
        .update(seed)
        .update(Buffer.from([0, 0, counter >> 8, counter & 0xff]))
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)));
}

function modulusBytes(publicKey: KeyObject): number {
  return (publicKey.asymmetricKeyDetails?.modulusLength ?? 2048) / 8;
}

function toBytes(clear: string | Buffer | object): Buffer {
  if (Buffer.isBuffer(clear)) return clear;
  return Buffer.from(typeof clear === "string" ? clear : JSON.stringify(clear));
}
