// Describes the public halves of key pairs, to compare them with the copy that Meta holds. It judges nothing: whether a
// key is good for flows is a question to its private half.

import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { parsePem, type PemBlock } from "../protocol/pem.ts";
import { KeyError } from "../protocol/private-key.ts";

export type PublicKeyDescription = {
  /** Where it came from, for people. */
  readonly name: string;
  /** SHA-256 of the SPKI DER, in lower-case hex: the same as of its private half. */
  readonly fingerprint: string;
  readonly bits: number;
  readonly format: PublicKeyFormat;
};

export type PublicKeyFormat = "spki" | "pkcs1-public";

const FORMATS: Readonly<Record<string, PublicKeyFormat>> = {
  "PUBLIC KEY": "spki",
  "RSA PUBLIC KEY": "pkcs1-public",
};

/**
 * @returns the public keys among the PEM blocks of a text, in the order found; none where there are none
 * @throws KeyError for the first that is damaged or not RSA
 */
export function parsePublicKeys(name: string, text: string): readonly PublicKeyDescription[] {
  return parsePem(text).flatMap((block) => {
    const format = FORMATS[block.label];
    return format === undefined ? [] : [describe(name, open(name, block), format)];
  });
}

function open(name: string, block: PemBlock): KeyObject {
  try {
    return createPublicKey(block.text);
  } catch (cause) {
    throw new KeyError("UNREADABLE", `${name} is damaged; copy it again`, { cause });
  }
}

function describe(name: string, key: KeyObject, format: PublicKeyFormat): PublicKeyDescription {
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType !== "rsa" || bits === undefined) {
    throw new KeyError("WRONG_TYPE", `${name} is not an RSA key; run \`flowpoint keys generate\``);
  }
  const spki = key.export({ type: "spki", format: "der" });
  return { name, fingerprint: createHash("sha256").update(spki).digest("hex"), bits, format };
}
