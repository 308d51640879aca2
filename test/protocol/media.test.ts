import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";

import fc from "fast-check";
import forge from "node-forge";
import { describe, expect, it } from "vitest";

import {
  assertMediaUrl,
  decryptMedia,
  MediaError,
  parseMediaUpload,
  type MediaEncryption,
} from "../../src/protocol/media.ts";
import vector from "./vectors/media.json" with { type: "json" };

const FILE = Buffer.from(vector.fileHex, "hex");

/** The result, or the code and message of its error. */
function attempt<Result>(action: () => Result): Result | string {
  try {
    return action();
  } catch (error) {
    return error instanceof MediaError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("the reference vector", () => {
  it("decrypts", () => {
    const { encryption } = parseMediaUpload(vector.upload);

    expect(decryptMedia(FILE, encryption).toString()).toBe(vector.plaintext);
  });

  it("is described by what was sent", () => {
    expect(parseMediaUpload({ ...vector.upload, extra: 1 })).toEqual({
      mediaId: vector.upload.media_id,
      cdnUrl: vector.upload.cdn_url,
      fileName: vector.upload.file_name,
      encryption: {
        encryptedHash: Buffer.from(vector.upload.encryption_metadata.encrypted_hash, "base64"),
        plaintextHash: Buffer.from(vector.upload.encryption_metadata.plaintext_hash, "base64"),
        encryptionKey: Buffer.alloc(32, 0x11),
        hmacKey: Buffer.alloc(32, 0x22),
        iv: Buffer.alloc(16, 0x33),
      },
    });
  });
});

const KEYS = { encryptionKey: randomBytes(32), hmacKey: randomBytes(32), iv: randomBytes(16) };

/** Encrypts as a client does, with node-forge. */
function encrypt(plaintext: Uint8Array): {
  readonly file: Buffer;
  readonly metadata: MediaEncryption;
} {
  const cipher = forge.cipher.createCipher("AES-CBC", KEYS.encryptionKey.toString("latin1"));
  cipher.start({ iv: KEYS.iv.toString("latin1") });
  cipher.update(forge.util.createBuffer(Buffer.from(plaintext).toString("latin1")));
  cipher.finish();
  return seal(Buffer.from(cipher.output.getBytes(), "latin1"), plaintext);
}

/** Puts MAC and hashes, all right, around any ciphertext. */
function seal(
  ciphertext: Buffer,
  plaintext: Uint8Array,
): { readonly file: Buffer; readonly metadata: MediaEncryption } {
  const mac = createHmac("sha256", KEYS.hmacKey).update(KEYS.iv).update(ciphertext).digest();
  return described(Buffer.concat([ciphertext, mac.subarray(0, 10)]), plaintext);
}

function described(
  file: Buffer,
  plaintext: Uint8Array,
): { readonly file: Buffer; readonly metadata: MediaEncryption } {
  const metadata = { ...KEYS, encryptedHash: sha256(file), plaintextHash: sha256(plaintext) };
  return { file, metadata };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function withoutPadding(blocks: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-cbc", KEYS.encryptionKey, KEYS.iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

describe("an uploaded file", () => {
  it("is read as a second implementation encrypts it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (plaintext) => {
        const { file, metadata } = encrypt(plaintext);

        expect(decryptMedia(file, metadata)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it.each([0, 15, 16, 25])("is refused with any of its bytes changed (byte %i)", (index) => {
    const changed = Buffer.from(FILE);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    const { encryption } = parseMediaUpload(vector.upload);

    expect(attempt(() => decryptMedia(changed, encryption))).toContain("FILE_HASH_MISMATCH");
  });

  const PLAINTEXT = Buffer.from("0123456789abcdef");
  const { file } = encrypt(PLAINTEXT);

  it.each<[string, { readonly file: Buffer; readonly metadata: MediaEncryption }]>([
    [
      "a wrong MAC",
      described(
        Buffer.concat([file.subarray(0, -1), Buffer.of(file.readUInt8(file.length - 1) ^ 1)]),
        PLAINTEXT,
      ),
    ],
    [
      "a MAC over the ciphertext alone",
      described(
        Buffer.concat([
          file.subarray(0, -10),
          createHmac("sha256", KEYS.hmacKey).update(file.subarray(0, -10)).digest().subarray(0, 10),
        ]),
        PLAINTEXT,
      ),
    ],
    [
      "a changed ciphertext",
      described(Buffer.concat([Buffer.of(file.readUInt8(0) ^ 1), file.subarray(1)]), PLAINTEXT),
    ],
    ["padding of zeros", seal(withoutPadding(Buffer.alloc(32)), PLAINTEXT)],
    ["padding longer than a block", seal(withoutPadding(Buffer.alloc(16, 17)), PLAINTEXT)],
    [
      "padding of unequal bytes",
      seal(withoutPadding(Buffer.from("0123456789abc\x01\x02\x03")), PLAINTEXT),
    ],
    ["half a block", seal(file.subarray(0, 8), PLAINTEXT)],
    ["no block at all", seal(Buffer.alloc(0), PLAINTEXT)],
    ["less than a MAC", described(Buffer.alloc(9), PLAINTEXT)],
    ["no bytes", described(Buffer.alloc(0), PLAINTEXT)],
  ])("is refused in one way with %s", (_, upload) => {
    expect(attempt(() => decryptMedia(upload.file, upload.metadata))).toBe(
      "UNDECRYPTABLE: the fetched file could not be decrypted",
    );
  });

  it("is refused under another key with the right MAC", () => {
    const { metadata, file: good } = encrypt(PLAINTEXT);
    const outcome = attempt(() =>
      decryptMedia(good, { ...metadata, encryptionKey: randomBytes(32) }),
    );

    expect(outcome).toMatch(/UNDECRYPTABLE|PLAINTEXT_HASH_MISMATCH/);
  });

  it("is refused when it is not the file that was described", () => {
    const { file: good, metadata } = encrypt(PLAINTEXT);
    const outcome = attempt(() => decryptMedia(good, { ...metadata, plaintextHash: sha256(good) }));

    expect(outcome).toContain("PLAINTEXT_HASH_MISMATCH");
  });
});

describe("a description", () => {
  const { upload } = vector;
  const FIELDS = ["media_id", "cdn_url", "file_name"] as const;
  const METADATA = [
    "encrypted_hash",
    "plaintext_hash",
    "encryption_key",
    "hmac_key",
    "iv",
  ] as const;

  it.each(
    FIELDS.flatMap((field) =>
      [undefined, null, "", 5, ["a"]].map((value) => [field, value] as const),
    ),
  )("is refused when its %s is %j", (field, value) => {
    expect(attempt(() => parseMediaUpload({ ...upload, [field]: value }))).toContain(
      `BAD_DESCRIPTOR: an upload has no ${field}`,
    );
  });

  it.each(
    METADATA.flatMap((field) =>
      [
        undefined,
        5,
        "",
        "AA==",
        "*".repeat(44),
        upload.encryption_metadata[field].replaceAll("=", ""),
      ].map((value) => [field, value] as const),
    ),
  )("is refused when its %s is %j", (field, value) => {
    const metadata = { ...upload.encryption_metadata, [field]: value };

    expect(attempt(() => parseMediaUpload({ ...upload, encryption_metadata: metadata }))).toContain(
      "BAD_DESCRIPTOR: an upload",
    );
  });

  it.each([
    undefined,
    null,
    "text",
    [upload],
    { ...upload, encryption_metadata: null },
    Object.create(upload),
  ])("is refused when it is no object of that form", (value) => {
    expect(attempt(() => parseMediaUpload(value))).toContain("BAD_DESCRIPTOR");
  });

  it("keeps the name as it is, for it is never a path", () => {
    const name = `../../etc/passwd\u0000${"x".repeat(1_000)}`;

    expect(parseMediaUpload({ ...upload, file_name: name }).fileName).toBe(name);
  });

  it("is read or refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(attempt(() => parseMediaUpload(value))).toContain("BAD_DESCRIPTOR");
      }),
    );
  });
});

describe("an upload's URL", () => {
  const SUFFIXES = [".whatsapp.net"];

  it.each([
    "https://mmg.whatsapp.net/v/t62.7118-24/file.enc?ccb=11-4&oh=01",
    "https://mmg.whatsapp.net:443/",
    "https://MMG.WhatsApp.Net/",
    "https://media-fra3-1.cdn.whatsapp.net/",
    "HTTPS://mmg.whatsapp.net/",
  ])("may be %s", (url) => {
    expect(assertMediaUrl(url, SUFFIXES)).toMatchObject({
      protocol: "https:",
      port: "",
      hostname: expect.stringMatching(/^[a-z0-9.-]+\.whatsapp\.net$/),
    });
  });

  it.each([
    "",
    "mmg.whatsapp.net/x",
    "//mmg.whatsapp.net/x",
    "http://mmg.whatsapp.net/",
    "ftp://mmg.whatsapp.net/",
    "file:///etc/passwd",
    "data:text/plain,x",
    "https://",
    "https://whatsapp.net/",
    "https://.whatsapp.net/",
    "https://example.com/",
    "https://mmg.whatsapp.net.example.com/",
    "https://example.com/mmg.whatsapp.net",
    "https://example.com?.whatsapp.net",
    "https://example.com#.whatsapp.net",
    "https://example.com\\.whatsapp.net",
    "https://mmg.whatsapp.net@example.com/",
    "https://user@mmg.whatsapp.net/",
    "https://user:password@mmg.whatsapp.net/",
    "https://:password@mmg.whatsapp.net/",
    "https://mmgwhatsapp.net/",
    "https://mmg.whatsapp.net./",
    "https://mmg.whatsapp.net../",
    "https://mmg.whatsapp.ne\u0442/",
    "https://mmg.xn--whatsapp-.net/",
    "https://mmg.whatsapp.net:22/",
    "https://mmg.whatsapp.net:8080/",
    "https://mmg.whatsapp.net:0/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[mmg.whatsapp.net]/",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
  ])("may not be %s", (url) => {
    expect(attempt(() => assertMediaUrl(url, SUFFIXES))).toContain("BAD_URL");
  });

  it.each([[[]], [[""]], [["whatsapp.net"]]])("is below no suffix of %j", (suffixes) => {
    expect(attempt(() => assertMediaUrl("https://mmg.whatsapp.net/", suffixes))).toContain(
      "BAD_URL",
    );
  });

  it("never leads anywhere but below a suffix, whatever stands before it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (before, after) => {
        const outcome = attempt(() =>
          assertMediaUrl(`https://${before}.whatsapp.net${after}`, SUFFIXES),
        );
        const host = outcome instanceof URL ? outcome.host : "mmg.whatsapp.net";

        expect(host).toMatch(/[^.].*\.whatsapp\.net$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
