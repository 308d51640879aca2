// What Node's crypto lacks for reading key files: the PKCS#12 container, and ciphers that OpenSSL 3
// keeps out of its default provider. Used when keys are loaded and never while requests are served:
// node-forge is a hundred times slower and not constant in time.

import forge from "node-forge";

import { encodePem } from "./pem.ts";

type Asn1 = forge.asn1.Asn1;

const DATA = "1.2.840.113549.1.7.1";
const KEY_BAG = "1.2.840.113549.1.12.10.1.1";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";

/**
 * Takes the private keys out of a PKCS#12 file, still encrypted as they are in it.
 *
 *     PFX        SEQUENCE { version, authSafe ContentInfo, macData }
 *     authSafe   data: SEQUENCE OF ContentInfo
 *     each       data: SEQUENCE OF SafeBag { bag id, [0] content, attributes }   | encrypted: certificates
 *
 * The MAC over the whole is not checked: a key that was tampered with fails its self-test, and
 * certificates are not looked at.
 *
 * @returns one PEM block for each key, or `null` if the bytes are not PKCS#12
 * @see RFC 7292, sections 4 and 4.2
 */
export function parsePkcs12(der: Uint8Array): readonly string[] | null {
  try {
    const pfx = forge.asn1.fromDer(Buffer.from(der).toString("latin1"));
    return contents(child(pfx, 1))
      .flatMap((contentInfo) => (oid(contentInfo) === DATA ? contents(contentInfo) : []))
      .flatMap(keyInBag);
  } catch {
    // The walk throws for nothing but a structure that is not the one above.
    return null;
  }
}

export type LegacyPem =
  | { readonly kind: "opened"; readonly pem: string }
  | { readonly kind: "wrong-passphrase" }
  | { readonly kind: "unknown-cipher" };

/** Decrypts a PEM block whose cipher OpenSSL refuses (single DES, RC2) to plain PKCS#1 PEM. */
export function decryptLegacyPem(pem: string, passphrase: string): LegacyPem {
  const passphraseBytes = forge.util.encodeUtf8(passphrase);
  try {
    // null for a wrong passphrase, which the library's types leave out.
    const key = forge.pki.decryptRsaPrivateKey(pem, passphraseBytes) as forge.pki.PrivateKey | null;
    if (key === null) return { kind: "wrong-passphrase" };
    return { kind: "opened", pem: forge.pki.privateKeyToPem(key) };
  } catch (error) {
    // Its errors have no codes, but those about a cipher name it in a field. What else is thrown is
    // about nonsense that a wrong passphrase made.
    const isCipher = error instanceof Error && ("oid" in error || "algorithm" in error);
    return { kind: isCipher ? "unknown-cipher" : "wrong-passphrase" };
  }
}

function keyInBag(bag: Asn1): readonly string[] {
  const id = oid(bag);
  if (id !== KEY_BAG && id !== SHROUDED_KEY_BAG) return [];
  const key = Buffer.from(forge.asn1.toDer(child(child(bag, 1), 0)).getBytes(), "latin1");
  return [encodePem(id === KEY_BAG ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY", key)];
}

/** The sequence inside a ContentInfo of type data. */
function contents(contentInfo: Asn1): readonly Asn1[] {
  return children(forge.asn1.fromDer(octets(child(child(contentInfo, 1), 0))));
}

function oid(sequence: Asn1): string {
  return forge.asn1.derToOid(octets(child(sequence, 0)));
}

/** The bytes of a string that BER allows to be written in pieces. */
function octets(node: Asn1): string {
  return typeof node.value === "string" ? node.value : node.value.map(octets).join("");
}

function child(node: Asn1, index: number): Asn1 {
  const found = children(node)[index];
  if (found === undefined) throw new TypeError("the structure has fewer parts than PKCS#12");
  return found;
}

function children(node: Asn1): readonly Asn1[] {
  if (typeof node.value === "string") throw new TypeError("a part of the structure has no parts");
  return node.value;
}
