// Reads private keys in every form that OpenSSL, Meta's samples and certificate tools write, and
// refuses those that Meta cannot encrypt for, so that a wrong key stops the start and not a customer.

import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  type KeyObject,
} from "node:crypto";

import { decryptLegacyPem, parsePkcs12 } from "./forge-keys.ts";
import { KeyError } from "./key-error.ts";
import { parsePem, type PemBlock } from "./pem.ts";

export { KeyError, type KeyErrorCode } from "./key-error.ts";

export type PrivateKeyFormat = "pkcs1" | "pkcs1-encrypted" | "pkcs8" | "pkcs8-encrypted" | "pkcs12";

/** A private key known to work. */
export type PrivateKey = {
  /** Where it came from, for people. */
  readonly name: string;
  readonly keyObject: KeyObject;
  /** SHA-256 of the public key's SPKI DER, in lower-case hex. */
  readonly fingerprint: string;
  /** SPKI PEM without blanks around it: WhatsApp's client cuts header and footer off by length. */
  readonly publicKeyPem: string;
  readonly bits: number;
  readonly format: PrivateKeyFormat;
};

export type KeySource = {
  readonly name: string;
  /** PEM text, or the bytes of a PEM or PKCS#12 file. */
  readonly bytes: string | Uint8Array;
  readonly passphrase?: string | undefined;
};

const BITS = 2048;
const EXPONENT = 65_537n;
const DER_SEQUENCE = 0x30;

/**
 * Reads all private keys of a source: PKCS#1 or PKCS#8 PEM, plain or encrypted, several blocks in one
 * text, or PKCS#12. Public blocks beside private ones (a certificate chain, say) are passed over.
 *
 * @returns at least one key, in the order found
 * @throws KeyError for the first key that cannot be read or used; `NOT_A_PRIVATE_KEY` when all of
 *   the source is public
 * @see Meta, "Flows Encryption": RSA, 2048 bits
 */
export function parsePrivateKeys(source: KeySource): readonly PrivateKey[] {
  const { name, bytes } = source;
  const passphrase = source.passphrase === "" ? undefined : source.passphrase;
  const isDer = typeof bytes !== "string" && bytes[0] === DER_SEQUENCE;
  const blocks = isDer ? pkcs12Blocks(name, bytes) : pemBlocks(name, bytes);
  const privateBlocks = blocks.filter((block) => block.label.endsWith("PRIVATE KEY"));
  if (privateBlocks.length === 0) {
    throw new KeyError("NOT_A_PRIVATE_KEY", `${name} holds no private key; give the private half`);
  }
  return privateBlocks.map((block, index) => {
    const blockName = privateBlocks.length === 1 ? name : `${name}, key ${index + 1}`;
    const keyObject = openBlock(blockName, block, passphrase);
    return describe(blockName, keyObject, isDer ? "pkcs12" : formatOf(block));
  });
}

function pemBlocks(name: string, bytes: string | Uint8Array): readonly PemBlock[] {
  const blocks = parsePem(typeof bytes === "string" ? bytes : Buffer.from(bytes).toString());
  if (blocks.length > 0) return blocks;
  throw new KeyError("UNREADABLE", `${name} holds no complete PEM block; copy it again`);
}

function pkcs12Blocks(name: string, der: Uint8Array): readonly PemBlock[] {
  const keys = parsePkcs12(der);
  if (keys !== null) return parsePem(keys.join(""));
  throw new KeyError("UNREADABLE", `${name} is neither PEM nor PKCS#12; export it as one of them`);
}

function openBlock(name: string, block: PemBlock, passphrase: string | undefined): KeyObject {
  try {
    // PKCS#12 without a passphrase is encrypted all the same, under an empty one.
    return createPrivateKey({ key: block.text, passphrase: passphrase ?? "" });
  } catch (error) {
    const isEncrypted = block.isLegacyEncrypted || block.label.startsWith("ENCRYPTED");
    if (isEncrypted && passphrase === undefined) {
      throw new KeyError("PASSPHRASE_MISSING", `${name} is encrypted; give its passphrase`);
    }
    const code = opensslCode(error);
    if (!isEncrypted || code === "ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH") {
      throw new KeyError(
        "UNREADABLE",
        `${name} is damaged or not PKCS#1 or PKCS#8; convert it with \`openssl pkey\``,
        { cause: error },
      );
    }
    if (code === "ERR_OSSL_EVP_UNSUPPORTED") return openLegacyBlock(name, block, passphrase ?? "");
    // Mostly ERR_OSSL_BAD_DECRYPT; one wrong passphrase in 256 yields well-padded nonsense instead.
    throw passphraseWrong(name, { cause: error });
  }
}

function openLegacyBlock(name: string, block: PemBlock, passphrase: string): KeyObject {
  const legacy = decryptLegacyPem(block.text, passphrase);
  switch (legacy.kind) {
    case "opened":
      return createPrivateKey(legacy.pem);
    case "wrong-passphrase":
      throw passphraseWrong(name);
    case "unknown-cipher":
      throw new KeyError(
        "UNREADABLE",
        `${name} is encrypted with an outdated cipher; encrypt it anew with \`openssl pkcs8 -topk8\``,
      );
  }
}

function passphraseWrong(name: string, options?: ErrorOptions): KeyError {
  return new KeyError(
    "PASSPHRASE_WRONG",
    `the passphrase does not open ${name}; check it`,
    options,
  );
}

function describe(name: string, keyObject: KeyObject, format: PrivateKeyFormat): PrivateKey {
  const { asymmetricKeyType, asymmetricKeyDetails } = keyObject;
  if (asymmetricKeyType !== "rsa") {
    throw new KeyError("WRONG_TYPE", `${name} is not an RSA key; run \`flowpoint keys generate\``);
  }
  const bits = asymmetricKeyDetails?.modulusLength;
  if (bits !== BITS) {
    throw new KeyError(
      "WRONG_SIZE",
      `${name} has ${bits} bits instead of ${BITS}; run \`flowpoint keys generate\``,
    );
  }
  if (asymmetricKeyDetails?.publicExponent !== EXPONENT) {
    throw new KeyError(
      "WRONG_EXPONENT",
      `${name} has a public exponent other than ${EXPONENT}; run \`flowpoint keys generate\``,
    );
  }
  const publicKey = createPublicKey(keyObject);
  assertWorks(name, publicKey, keyObject);
  const spki = publicKey.export({ type: "spki", format: "der" });
  return {
    name,
    keyObject,
    fingerprint: createHash("sha256").update(spki).digest("hex"),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString().trim(),
    bits,
    format,
  };
}

/** A file can be well formed and hold halves of different keys: only decrypting something tells. */
function assertWorks(name: string, publicKey: KeyObject, privateKey: KeyObject): void {
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const sample = Buffer.alloc(16, 0x5a);
  let cause: unknown;
  try {
    const encrypted = publicEncrypt({ key: publicKey, ...oaep }, sample);
    if (privateDecrypt({ key: privateKey, ...oaep }, encrypted).equals(sample)) return;
  } catch (error) {
    cause = error;
  }
  throw new KeyError(
    "SELF_TEST_FAILED",
    `${name} does not decrypt what its public half encrypts; restore it from a backup`,
    { cause },
  );
}

function formatOf(block: PemBlock): PrivateKeyFormat {
  if (block.isLegacyEncrypted) return "pkcs1-encrypted";
  if (block.label === "ENCRYPTED PRIVATE KEY") return "pkcs8-encrypted";
  return block.label === "RSA PRIVATE KEY" ? "pkcs1" : "pkcs8";
}

function opensslCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
