// Every kind of key file that the openssl command makes is read as the key that went into it. What is
// expected comes from the command too.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { KeyError, parsePrivateKeys } from "../../src/protocol/private-key.ts";
import { describeWith, requirePart } from "../parts/require-part.ts";

const withOpenssl = requirePart("openssl");

/** Single DES and RC2, which files from old systems still use. */
const withLegacyOpenssl = describeWith({
  title: "openssl command with its legacy provider",
  debianPackages: ["openssl", "openssl-provider-legacy"],
  find: () => (succeeds("list", "-providers", "-provider", "legacy") ? "openssl" : undefined),
});

function succeeds(...args: readonly string[]): boolean {
  return spawnSync("openssl", args, { stdio: "ignore" }).status === 0;
}

const folder = mkdtempSync(join(tmpdir(), "flowpoint-keys-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function openssl(args: string): Buffer {
  return execFileSync("openssl", args.split(" "), {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function makeKey(): void {
  openssl("genrsa -out key.pem 2048");
  openssl("req -x509 -key key.pem -subj /CN=test -out certificate.pem");
}

function expectedPublicKey(): string {
  return openssl("pkey -in key.pem -pubout").toString().trim();
}

/** What is found in a file made from the key: format and public key of each, or the error's code. */
function read(file: string, passphrase?: string): unknown {
  try {
    const keys = parsePrivateKeys({
      name: file,
      bytes: readFileSync(join(folder, file)),
      passphrase,
    });
    return keys.map(({ format, publicKeyPem }) => [format, publicKeyPem]);
  } catch (error) {
    return error instanceof KeyError ? error.code : error;
  }
}

withOpenssl("files that openssl makes", () => {
  beforeAll(makeKey);

  it.each([
    ["pkcs1", "rsa -in key.pem -traditional -out a.pem"],
    ["pkcs8", "pkcs8 -topk8 -nocrypt -in key.pem -out a.pem"],
    ["pkcs8-encrypted", "rsa -in key.pem -des3 -passout pass:word -out a.pem"],
    ["pkcs8-encrypted", "pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -passout pass:word -out a.pem"],
    ["pkcs8-encrypted", "pkcs8 -topk8 -in key.pem -scrypt -passout pass:word -out a.pem"],
    ["pkcs8-encrypted", "pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-3DES -passout pass:word -out a.pem"],
    ["pkcs1-encrypted", "rsa -in key.pem -traditional -des3 -passout pass:word -out a.pem"],
    ["pkcs1-encrypted", "rsa -in key.pem -traditional -aes256 -passout pass:word -out a.pem"],
    ["pkcs8-encrypted", "rsa -in key.pem -aes128 -passout pass:pässwörd✓ -out a.pem"],
    ["pkcs12", "pkcs12 -export -inkey key.pem -in certificate.pem -passout pass:word -out a.pem"],
    ["pkcs12", "pkcs12 -export -inkey key.pem -nocerts -passout pass:pässwörd✓ -out a.pem"],
    ["pkcs12", "pkcs12 -export -inkey key.pem -nocerts -nomac -passout pass:word -out a.pem"],
    ["pkcs12", "pkcs12 -export -inkey key.pem -nocerts -keypbe NONE -passout pass:word -out a.pem"],
  ])("are read as %s: %s", (format, command) => {
    openssl(command);
    const passphrase = /pass:(\S+)/.exec(command)?.[1];

    expect(read("a.pem", passphrase)).toEqual([[format, expectedPublicKey()]]);
  });

  it("are read with the fingerprint that openssl computes", () => {
    openssl("pkey -in key.pem -pubout -outform DER -out public.der");
    const digest = openssl("dgst -sha256 -r public.der").toString().slice(0, 64);

    const [key] = parsePrivateKeys({
      name: "key.pem",
      bytes: readFileSync(join(folder, "key.pem")),
    });

    expect(key?.fingerprint).toBe(digest);
  });

  it("are read without a passphrase when PKCS#12 was made with an empty one", () => {
    openssl("pkcs12 -export -inkey key.pem -nocerts -passout pass: -out empty.p12");

    expect(read("empty.p12")).toEqual([["pkcs12", expectedPublicKey()]]);
  });

  it("are read with both keys of a PKCS#12 file and a PEM file joined by hand", () => {
    openssl("rsa -in key.pem -aes128 -traditional -passout pass:word -out encrypted.pem");
    const bytes = ["encrypted.pem", "certificate.pem", "key.pem"]
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("");

    const keys = parsePrivateKeys({ name: "joined", bytes, passphrase: "word" });

    expect(keys.map((key) => key.format)).toEqual(["pkcs1-encrypted", "pkcs8"]);
  });

  it.each([
    [undefined, "PASSPHRASE_MISSING"],
    ["wrong", "PASSPHRASE_WRONG"],
  ])("are refused as PKCS#12 with the passphrase %s: %s", (passphrase, code) => {
    openssl("pkcs12 -export -inkey key.pem -nocerts -passout pass:word -out word.p12");

    expect(read("word.p12", passphrase)).toBe(code);
  });

  it("are told to be public when PKCS#12 holds certificates only", () => {
    openssl("pkcs12 -export -nokeys -in certificate.pem -passout pass:word -out certificates.p12");

    expect(read("certificates.p12", "word")).toBe("NOT_A_PRIVATE_KEY");
    expect(read("certificate.pem")).toBe("NOT_A_PRIVATE_KEY");
  });

  it("are refused when PKCS#12 holds a key on an elliptic curve", () => {
    openssl("ecparam -name prime256v1 -genkey -out curve.pem");
    openssl("pkcs12 -export -inkey curve.pem -nocerts -passout pass:word -out curve.p12");

    expect(read("curve.p12", "word")).toBe("WRONG_TYPE");
    expect(read("curve.pem")).toBe("WRONG_TYPE");
  });

  it("are refused when PKCS#12 is cut short", () => {
    openssl("pkcs12 -export -inkey key.pem -nocerts -passout pass:word -out whole.p12");
    const bytes = readFileSync(join(folder, "whole.p12")).subarray(0, -100);

    expect(() => parsePrivateKeys({ name: "cut", bytes, passphrase: "word" })).toThrow(
      expect.objectContaining({ code: "UNREADABLE" }),
    );
  });
});

withLegacyOpenssl("files with ciphers that OpenSSL 3 has retired", () => {
  const LEGACY = "-provider legacy -provider default";

  beforeAll(makeKey);

  it.each([
    [
      "pkcs1-encrypted",
      `rsa ${LEGACY} -in key.pem -traditional -des -passout pass:word -out l.pem`,
    ],
    ["pkcs8-encrypted", `pkcs8 ${LEGACY} -topk8 -in key.pem -v2 des -passout pass:wörd -out l.pem`],
    [
      "pkcs8-encrypted",
      `pkcs8 ${LEGACY} -topk8 -in key.pem -v1 PBE-SHA1-RC2-40 -passout pass:word -out l.pem`,
    ],
    [
      "pkcs12",
      "pkcs12 -export -legacy -inkey key.pem -in certificate.pem -passout pass:word -out l.pem",
    ],
    ["pkcs12", "pkcs12 -export -legacy -inkey key.pem -nocerts -passout pass:pässwörd✓ -out l.pem"],
    [
      "pkcs12",
      "pkcs12 -export -legacy -inkey key.pem -nocerts -keypbe PBE-SHA1-RC2-40 -passout pass:word -out l.pem",
    ],
  ])("are read as %s: %s", (format, command) => {
    openssl(command);

    expect(read("l.pem", /pass:(\S+)/.exec(command)?.[1])).toEqual([[format, expectedPublicKey()]]);
    expect(read("l.pem", "wrong")).toBe("PASSPHRASE_WRONG");
    expect(read("l.pem")).toBe("PASSPHRASE_MISSING");
  });

  it("are refused as unreadable when nothing here knows the cipher", () => {
    openssl(`pkcs8 ${LEGACY} -topk8 -in key.pem -v1 PBE-MD5-DES -passout pass:word -out md5.pem`);

    expect(read("md5.pem", "word")).toBe("UNREADABLE");
  });
});
