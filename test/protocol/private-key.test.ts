import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  type RSAKeyPairKeyObjectOptions,
} from "node:crypto";

import { describe, expect, it } from "vitest";

import {
  KeyError,
  parsePrivateKeys,
  type KeySource,
  type PrivateKey,
} from "../../src/protocol/private-key.ts";

const key = generateKeyPairSync("rsa", { modulusLength: 2048 });
const otherKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PKCS8 = pkcs8(key.privateKey);
const PKCS1 = key.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const SPKI = key.publicKey.export({ type: "spki", format: "pem" }).toString();
const ENCRYPTED = key.privateKey
  .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "correct" })
  .toString();
const PKCS1_ENCRYPTED = key.privateKey
  .export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: "correct" })
  .toString();
const FINGERPRINT = createHash("sha256")
  .update(key.publicKey.export({ type: "spki", format: "der" }))
  .digest("hex");

function pkcs8(privateKey: KeyObject): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function generate(options: RSAKeyPairKeyObjectOptions): string {
  return pkcs8(generateKeyPairSync("rsa", options).privateKey);
}

/** The keys' formats and fingerprints, or the error's code. */
function read(bytes: KeySource["bytes"], passphrase?: string): unknown {
  try {
    return parsePrivateKeys({ name: "key.pem", bytes, passphrase }).map(summary);
  } catch (error) {
    return error instanceof KeyError ? error.code : error;
  }
}

function summary({ format, fingerprint }: PrivateKey): unknown {
  return fingerprint === FINGERPRINT ? format : `${format} of another key`;
}

function refusal(source: KeySource): KeyError {
  try {
    parsePrivateKeys(source);
  } catch (error) {
    if (error instanceof KeyError) return error;
  }
  throw new Error("the source was not refused with a KeyError");
}

describe("a private key", () => {
  it("is described by its public half", () => {
    const [found] = parsePrivateKeys({ name: "key.pem", bytes: PKCS8 });

    expect(found).toMatchObject({
      name: "key.pem",
      fingerprint: FINGERPRINT,
      publicKeyPem: SPKI.trim(),
      bits: 2048,
      format: "pkcs8",
    });
    expect(found?.keyObject.equals(key.privateKey)).toBe(true);
  });

  it.each<[string, string | Uint8Array]>([
    ["as bytes", Buffer.from(PKCS8)],
    ["with CRLF", PKCS8.replaceAll("\n", "\r\n")],
    ["with backslash-n in place of line feeds", PKCS8.replaceAll("\n", "\\n")],
    ["with backslash-r-backslash-n", PKCS8.replaceAll("\n", "\\r\\n")],
    ["in one line with blanks", PKCS8.replaceAll("\n", " ")],
    ["in one line without blanks", PKCS8.replaceAll("\n", "")],
    ["indented", PKCS8.replaceAll(/^/gm, "    ")],
    ["without its last line feed", PKCS8.trimEnd()],
    ["in quotes", JSON.stringify(PKCS8)],
    ["after a byte order mark", `\ufeff${PKCS8}`],
    ["between other text", `Bag Attributes\n  friendlyName: key\n${PKCS8}\n# end`],
    ["after its public half", `${SPKI}${PKCS8}`],
  ])("is read %s", (_, bytes) => {
    expect(read(bytes)).toEqual(["pkcs8"]);
  });

  it.each<[string, string, string]>([
    ["PKCS#1", PKCS1, "pkcs1"],
    ["PKCS#8", PKCS8, "pkcs8"],
    ["encrypted PKCS#8", ENCRYPTED, "pkcs8-encrypted"],
    ["encrypted PKCS#1", PKCS1_ENCRYPTED, "pkcs1-encrypted"],
    ["encrypted PKCS#1 with CRLF", PKCS1_ENCRYPTED.replaceAll("\n", "\r\n"), "pkcs1-encrypted"],
    [
      "encrypted PKCS#1 with backslash-n",
      PKCS1_ENCRYPTED.replaceAll("\n", "\\n"),
      "pkcs1-encrypted",
    ],
  ])("is read from %s", (_, bytes, format) => {
    expect(read(bytes, "correct")).toEqual([format]);
  });

  it("is one of several in one text, in their order, with names that tell them apart", () => {
    const bytes = `${pkcs8(otherKey.privateKey)}${SPKI}${PKCS1_ENCRYPTED}`;

    expect(read(bytes, "correct")).toEqual(["pkcs8 of another key", "pkcs1-encrypted"]);
    expect(
      parsePrivateKeys({ name: "two.pem", bytes, passphrase: "correct" }).map((k) => k.name),
    ).toEqual(["two.pem, key 1", "two.pem, key 2"]);
  });
});

describe("a passphrase", () => {
  it.each([ENCRYPTED, PKCS1_ENCRYPTED])("is asked for when there is none", (bytes) => {
    expect(read(bytes)).toBe("PASSPHRASE_MISSING");
    expect(read(bytes, "")).toBe("PASSPHRASE_MISSING");
  });

  it("is refused when it is wrong", () => {
    expect(read(ENCRYPTED, "wrong")).toBe("PASSPHRASE_WRONG");
  });

  it("is refused when it is wrong and happens to leave good padding", () => {
    // One in 256 does; what it decrypts to is no key.
    const codes = Array.from({ length: 2_000 }, (_, index) =>
      read(PKCS1_ENCRYPTED, `wrong ${index}`),
    );

    expect(new Set(codes)).toEqual(new Set(["PASSPHRASE_WRONG"]));
  });

  it("is ignored when the key is not encrypted", () => {
    expect(read(PKCS8, "whatever")).toEqual(["pkcs8"]);
  });
});

describe("what is refused", () => {
  it.each([
    ["1024 bits", () => generate({ modulusLength: 1024 }), "WRONG_SIZE"],
    ["3072 bits", () => generate({ modulusLength: 3072 }), "WRONG_SIZE"],
    ["4096 bits", () => generate({ modulusLength: 4096 }), "WRONG_SIZE"],
    [
      "the exponent 3",
      () => generate({ modulusLength: 2048, publicExponent: 3 }),
      "WRONG_EXPONENT",
    ],
    [
      "an elliptic curve",
      () => pkcs8(generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey),
      "WRONG_TYPE",
    ],
    ["Ed25519", () => pkcs8(generateKeyPairSync("ed25519").privateKey), "WRONG_TYPE"],
    [
      "RSA for signatures only",
      () => pkcs8(generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey),
      "WRONG_TYPE",
    ],
    ["halves of two keys", mixedKey, "SELF_TEST_FAILED"],
  ])("is a key with %s", (_, makePem, code) => {
    expect(read(makePem())).toBe(code);
  });

  it("is a good key beside a bad one", () => {
    expect(read(`${PKCS8}${generate({ modulusLength: 1024 })}`)).toBe("WRONG_SIZE");
  });

  it.each([
    ["a public key", SPKI],
    ["a PKCS#1 public key", key.publicKey.export({ type: "pkcs1", format: "pem" })],
    ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
  ])("is %s, told apart from damage", (_, bytes) => {
    expect(read(bytes)).toBe("NOT_A_PRIVATE_KEY");
  });

  it.each<[string, string | Uint8Array]>([
    ["nothing", ""],
    ["no bytes", new Uint8Array()],
    ["text", "not a key"],
    ["random bytes", Uint8Array.from({ length: 64 }, (_, index) => index * 37)],
    ["DER of another kind", key.publicKey.export({ type: "spki", format: "der" })],
    ["DER cut short", key.privateKey.export({ type: "pkcs8", format: "der" }).subarray(0, 100)],
    ["a block without an end", PKCS8.replace(/-----END.*/, "")],
    ["a block that ends as another", PKCS8.replace("END PRIVATE", "END RSA PRIVATE")],
    ["an empty block", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"],
    ["a block of nonsense", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"],
    ["half a block", PKCS8.replace(/(\n.{64}){10}/, "")],
    [
      "an OpenSSH key",
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----",
    ],
  ])("is %s, as unreadable", (_, bytes) => {
    expect(read(bytes)).toBe("UNREADABLE");
  });

  it("is an encrypted block of which a part is missing", () => {
    expect(read(PKCS1_ENCRYPTED.replace(/\n(.{60}).{4}\n/, "\n$1\n"), "correct")).toBe(
      "UNREADABLE",
    );
  });

  it.each<[string, KeySource]>([
    ["a wrong passphrase", { name: "keys/a.pem", bytes: ENCRYPTED, passphrase: "wrong-canary" }],
    ["no passphrase", { name: "keys/a.pem", bytes: ENCRYPTED }],
    ["damage", { name: "keys/a.pem", bytes: PKCS8.replace(/(\n.{64}){10}/, "") }],
    ["another size", { name: "keys/a.pem", bytes: generate({ modulusLength: 1024 }) }],
    ["halves of two keys", { name: "keys/a.pem", bytes: mixedKey() }],
  ])("is named with a remedy and without its content: %s", (_, source) => {
    const { message } = refusal(source);

    expect(message).toMatch(/keys\/a\.pem.*; (give|check|copy|convert|run|restore) /);
    expect(message).not.toMatch(/canary|MII/);
  });
});

/** The modulus of one key with everything else of another. */
function mixedKey(): string {
  const { n, e } = key.privateKey.export({ format: "jwk" });
  const { d, p, q, dp, dq, qi } = otherKey.privateKey.export({ format: "jwk" });
  return pkcs8(
    createPrivateKey({
      format: "jwk",
      key: { kty: "RSA", ...defined({ n, e, d, p, q, dp, dq, qi }) },
    }),
  );
}

function defined(parts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part ?? ""]));
}
