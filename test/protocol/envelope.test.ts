import {
  constants,
  createCipheriv,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  type Envelope,
  openEnvelope,
  parseEnvelope,
  type KeyUnwrapper,
} from "../../src/protocol/envelope.ts";
import { EndpointError } from "../../src/protocol/faults.ts";
import { createKeyRing } from "../../src/protocol/key-ring.ts";
import { parsePrivateKeys } from "../../src/protocol/private-key.ts";
import {
  decryptAnswer,
  encryptFlowData,
  encryptRequest,
  randomSecrets,
  wrapKey,
} from "./forge-phone.ts";
import vector from "./vectors/envelope.json" with { type: "json" };

function makeKey(modulusLength = 2048): {
  readonly publicPem: string;
  readonly privatePem: string;
} {
  const pair = generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { publicPem: pair.publicKey, privatePem: pair.privateKey };
}

const key = makeKey();
const otherKey = makeKey();
const keyRing = await createKeyRing(parsePrivateKeys({ name: "key", bytes: key.privatePem }));

const VECTOR_KEY = Buffer.from(vector.aesKeyHex, "hex");
const vectorKeys: KeyUnwrapper = { unwrap: async () => Buffer.from(VECTOR_KEY) };
const VECTOR_ENVELOPE: Envelope = {
  ...vector.request,
  encryptedAesKey: Buffer.alloc(256).toString("base64"),
};

/** The envelope's text, as the wire has it. */
function body(envelope: Envelope): Buffer {
  return Buffer.from(
    JSON.stringify({
      encrypted_flow_data: envelope.encryptedFlowData,
      encrypted_aes_key: envelope.encryptedAesKey,
      initial_vector: envelope.initialVector,
    }),
  );
}

function modulusOf(publicPem: string): Buffer {
  // The modulus starts 33 bytes into the SPKI DER of every 2048-bit key.
  return Buffer.from(publicPem.replaceAll(/-----.*-----|\s/g, ""), "base64").subarray(33, 289);
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

function nextDigit(end: string): string {
  return String.fromCharCode(end.charCodeAt(0) + 1) + end.slice(1);
}

function assertBad(bytes: string | Uint8Array): void {
  expect(() => parseEnvelope(Buffer.from(bytes))).toThrow(
    expect.objectContaining({ name: "EndpointError", code: "BAD_ENVELOPE" }),
  );
}

describe("the reference vectors", () => {
  it("open", async () => {
    const opened = await openEnvelope(VECTOR_ENVELOPE, vectorKeys);

    expect(opened.clearText.toString()).toBe(vector.request.clearText);
  });

  it.each(vector.answers)("seal $clearText", async ({ clearText, body: expected }) => {
    const opened = await openEnvelope(VECTOR_ENVELOPE, vectorKeys);

    expect(opened.seal(clearText)).toBe(expected);
  });
});

describe("seal", () => {
  it("refuses a second answer to the same request", async () => {
    const opened = await openEnvelope(VECTOR_ENVELOPE, vectorKeys);

    opened.seal('{"a":1}');

    expect(() => opened.seal('{"a":2}')).toThrow("only once");
  });

  it("wipes the AES key", async () => {
    const aesKey = Buffer.from(VECTOR_KEY);
    const opened = await openEnvelope(VECTOR_ENVELOPE, { unwrap: async () => aesKey });

    opened.seal("{}");

    expect(aesKey).toEqual(Buffer.alloc(16));
  });
});

describe("a second implementation of the sender", () => {
  it("is understood and understands, for any JSON value both ways", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json({ stringUnit: "binary" }),
        fc.json({ stringUnit: "binary" }),
        async (question, answer) => {
          const secrets = randomSecrets();
          const envelope = encryptRequest(key.publicPem, question, secrets);

          const opened = await openEnvelope(parseEnvelope(body(envelope)), keyRing);

          expect(opened.clearText.toString()).toBe(question);
          expect(decryptAnswer(opened.seal(answer), secrets)).toBe(answer);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([1, 15, 16, 17, 262_144])("is understood with %i bytes of clear text", async (length) => {
    const clearText = randomBytes(length);

    const opened = await openEnvelope(encryptRequest(key.publicPem, clearText), keyRing);

    expect(opened.clearText).toEqual(clearText);
  });
});

describe("an envelope that does not decrypt", () => {
  const secrets = randomSecrets();
  const good = encryptRequest(key.publicPem, vector.request.clearText, secrets);
  const wrapped = Buffer.from(good.encryptedAesKey, "base64");
  const flowData = Buffer.from(good.encryptedFlowData, "base64");
  const modulus = modulusOf(key.publicPem);

  function rawRsa(padded: Buffer): Buffer {
    return publicEncrypt({ key: key.publicPem, padding: constants.RSA_NO_PADDING }, padded);
  }

  async function assertUndecryptable(changed: Partial<Envelope>): Promise<void> {
    const refusal = await openEnvelope({ ...good, ...changed }, keyRing).catch(String);

    expect(refusal).toBe("EndpointError: the request could not be decrypted");
  }

  it("has the fault that tells WhatsApp to fetch the key again", async () => {
    await expect(openEnvelope({ ...good, initialVector: "AA==" }, keyRing)).rejects.toMatchObject({
      code: "UNDECRYPTABLE",
    });
  });

  it("differs from this one, which does", async () => {
    const opened = await openEnvelope(good, keyRing);

    expect(opened.clearText.toString()).toBe(vector.request.clearText);
  });

  it.each<[string, Buffer]>([
    ["of no bytes", Buffer.alloc(0)],
    ["of 1 byte", Buffer.alloc(1, 1)],
    ["of 255 bytes", wrapped.subarray(1)],
    ["of 257 bytes", Buffer.concat([wrapped, Buffer.alloc(1)])],
    ["of 257 bytes, the first one zero", Buffer.concat([Buffer.alloc(1), wrapped])],
    ["of 512 bytes", Buffer.concat([wrapped, wrapped])],
    ["that is zero", Buffer.alloc(256)],
    ["that is one", Buffer.concat([Buffer.alloc(255), Buffer.of(1)])],
    ["one below the modulus", flipped(modulus, 255 * 8)],
    ["that is the modulus", modulus],
    ["of all ones", Buffer.alloc(256, 0xff)],
    ["of random bytes below the modulus", Buffer.concat([Buffer.of(0x3f), randomBytes(255)])],
    ["for another key", wrapKey(otherKey.publicPem, secrets.aesKey)],
    ["under SHA-1", wrapKey(key.publicPem, secrets.aesKey, { hash: "sha1" })],
    ["with MGF1 under SHA-1", wrapKey(key.publicPem, secrets.aesKey, { mgf1Hash: "sha1" })],
    ["with a label", wrapKey(key.publicPem, secrets.aesKey, { label: "x" })],
    ["under PKCS#1 v1.5", wrapKey(key.publicPem, secrets.aesKey, { scheme: "RSAES-PKCS1-V1_5" })],
    ["of nonsense whose first byte is 0", rawRsa(Buffer.concat([Buffer.of(0), randomBytes(255)]))],
    ["of nonsense whose first byte is 1", rawRsa(Buffer.concat([Buffer.of(1), randomBytes(255)]))],
    ["of an AES key of no bytes", wrapKey(key.publicPem, Buffer.alloc(0))],
    ["of an AES key of 15 bytes", wrapKey(key.publicPem, randomBytes(15))],
    ["of an AES key of 17 bytes", wrapKey(key.publicPem, randomBytes(17))],
    ["of an AES-192 key", wrapKey(key.publicPem, randomBytes(24))],
    ["of an AES-256 key", wrapKey(key.publicPem, randomBytes(32))],
    ["of 190 bytes", wrapKey(key.publicPem, randomBytes(190))],
    ["of another AES key", wrapKey(key.publicPem, randomBytes(16))],
  ])("is refused: a wrapped key %s", async (_, bytes) => {
    await assertUndecryptable({ encryptedAesKey: bytes.toString("base64") });
  });

  it.each<[string, (base64: string) => string]>([
    ["in the URL alphabet", (base64) => `-_${base64.slice(2)}`],
    ["with junk", (base64) => `${base64}*`],
    ["with a blank", (base64) => `${base64.slice(0, 8)} ${base64.slice(8)}`],
    ["with a line feed", (base64) => `${base64}\n`],
    ["with data after the padding", (base64) => `${base64}QQ==`],
    ["without padding", (base64) => base64.replace(/=+$/, "")],
    ["with unused bits set", (base64) => base64.replace(/.==$/, (end) => nextDigit(end))],
  ])("is refused: base64 %s in any field", async (_, damage) => {
    // One, two and 33 bytes more than a multiple of three: all three fields end in padding.
    await assertUndecryptable({ encryptedAesKey: damage(good.encryptedAesKey) });
    await assertUndecryptable({ initialVector: damage(good.initialVector) });
    await assertUndecryptable({ encryptedFlowData: damage(good.encryptedFlowData) });
  });

  it.each<[string, Buffer]>([
    ["of no bytes", Buffer.alloc(0)],
    ["of 1 byte", Buffer.alloc(1)],
    ["of 15 bytes", Buffer.alloc(15)],
    ["with a tag of 4 bytes", encryptFlowData("{}", secrets.aesKey, secrets.iv, { tagBytes: 4 })],
    ["of a 4-byte tag alone", encryptFlowData("", secrets.aesKey, secrets.iv, { tagBytes: 4 })],
    ["with a tag of 12 bytes", encryptFlowData("{}", secrets.aesKey, secrets.iv, { tagBytes: 12 })],
    ["of a tag alone", encryptFlowData("", secrets.aesKey, secrets.iv)],
    [
      "with tag and text exchanged",
      Buffer.concat([flowData.subarray(-16), flowData.subarray(0, -16)]),
    ],
    ["cut short by a byte", flowData.subarray(0, -1)],
    ["with a byte more", Buffer.concat([flowData, Buffer.alloc(1)])],
    ["under another key", encryptFlowData("{}", randomBytes(16), secrets.iv)],
    ["under another IV", encryptFlowData("{}", secrets.aesKey, randomBytes(16))],
    [
      "under the inverted IV",
      encryptFlowData("{}", secrets.aesKey, secrets.iv.map((b) => ~b) as Buffer),
    ],
    ["under AES-256", encryptFlowData("{}", randomBytes(32), secrets.iv)],
    ["under CBC", cbc("{}".repeat(20))],
    [
      "with additional data",
      encryptFlowData("{}", secrets.aesKey, secrets.iv, { additionalData: "x" }),
    ],
  ])("is refused: flow data %s", async (_, bytes) => {
    await assertUndecryptable({ encryptedFlowData: bytes.toString("base64") });
  });

  function cbc(clearText: string): Buffer {
    const cipher = createCipheriv("aes-128-cbc", secrets.aesKey, secrets.iv);
    return Buffer.concat([cipher.update(clearText), cipher.final()]);
  }

  it.each([0, 1, 12, 15, 17, 32, 128, 129])("is refused: an IV of %i bytes", async (length) => {
    const iv = randomBytes(length);
    const encryptedFlowData =
      length === 0
        ? good.encryptedFlowData
        : encryptFlowData("{}", secrets.aesKey, iv).toString("base64");

    await assertUndecryptable({ initialVector: iv.toString("base64"), encryptedFlowData });
  });

  it.each(["encryptedAesKey", "encryptedFlowData", "initialVector"] as const)(
    "is refused: any single bit of %s flipped",
    async (field) => {
      const bytes = Buffer.from(good[field], "base64");

      // A byte at a time: a key ring that is asked for everything at once says that it is busy.
      for (let start = 0; start < bytes.length * 8; start += 8) {
        const bits = Array.from({ length: 8 }, (_, offset) => start + offset);
        await Promise.all(
          bits.map((bit) =>
            assertUndecryptable({ [field]: flipped(bytes, bit).toString("base64") }),
          ),
        );
      }
    },
  );

  it("costs no RSA operation when a length alone tells", async () => {
    const unwrapped: Buffer[] = [];
    const keys: KeyUnwrapper = {
      unwrap: async (encryptedAesKey) => {
        unwrapped.push(encryptedAesKey);
        return null;
      },
    };
    const changes: readonly Partial<Envelope>[] = [
      { encryptedAesKey: wrapped.subarray(1).toString("base64") },
      { initialVector: randomBytes(12).toString("base64") },
      { encryptedFlowData: randomBytes(16).toString("base64") },
    ];

    for (const change of changes) {
      await expect(openEnvelope({ ...good, ...change }, keys)).rejects.toThrow("decrypted");
    }

    expect(unwrapped).toEqual([]);
  });
});

describe("parseEnvelope", () => {
  const FIELDS = ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"] as const;
  const FULL = { encrypted_flow_data: "a/b=", encrypted_aes_key: "c", initial_vector: "d" };

  it("reads the three fields, with slashes escaped or not", () => {
    const text = JSON.stringify(FULL).replace("a/b=", "a\\/b=");

    expect(parseEnvelope(Buffer.from(text))).toEqual({
      encryptedFlowData: "a/b=",
      encryptedAesKey: "c",
      initialVector: "d",
    });
  });

  it.each([
    ["text", '"x":"y"'],
    ["an integer of 20 digits", '"x":12345678901234567890'],
    ["a nested constructor", '"x":{"constructor":{}}'],
  ])("ignores other fields: %s", (_, field) => {
    expect(parseEnvelope(Buffer.from(`{${field},${JSON.stringify(FULL).slice(1)}`))).toMatchObject({
      encryptedAesKey: "c",
    });
  });

  it.each(["", "null", "[]", '"str"', "1", "true", '{"encrypted_flow_data":', "{}"])(
    "refuses %j",
    (text) => {
      assertBad(text);
    },
  );

  it.each([
    ["a byte order mark", `\ufeff${JSON.stringify(FULL)}`],
    ["something after it", `${JSON.stringify(FULL)}x`],
    ["a second document", JSON.stringify(FULL).repeat(2)],
    ["NaN", `{"x":NaN,${JSON.stringify(FULL).slice(1)}`],
    ["a field twice", `{"initial_vector":"d",${JSON.stringify(FULL).slice(1)}`],
    ["another key twice", `{"x":1,"x":1,${JSON.stringify(FULL).slice(1)}`],
    ["__proto__", `{"__proto__":{},${JSON.stringify(FULL).slice(1)}`],
    ["an escaped __proto__", `{"\\u005f_proto__":{},${JSON.stringify(FULL).slice(1)}`],
    ["constructor", `{"constructor":{"prototype":{}},${JSON.stringify(FULL).slice(1)}`],
    ["33 levels", `{"x":${"[".repeat(32)}${"]".repeat(32)},${JSON.stringify(FULL).slice(1)}`],
    [
      "100,000 levels",
      `{"x":${"[".repeat(1e5)}${"]".repeat(1e5)},${JSON.stringify(FULL).slice(1)}`,
    ],
    ["200,000 keys", `{${'"x":0,'.repeat(2e5)}${JSON.stringify(FULL).slice(1)}`],
  ])("refuses an envelope with %s", (_, text) => {
    assertBad(text);
  });

  it("refuses bytes that are not UTF-8", () => {
    assertBad(
      Buffer.concat([
        Buffer.from(JSON.stringify(FULL).slice(0, -2)),
        Buffer.from([0xff, 0x22, 0x7d]),
      ]),
    );
  });

  it.each(FIELDS)("refuses an envelope without %s", (field) => {
    const { [field]: _, ...rest } = FULL;

    assertBad(JSON.stringify(rest));
  });

  it.each(
    FIELDS.flatMap((field) =>
      [null, 1, true, ["a"], { length: 1e9 }, ""].map((value) => [field, value] as const),
    ),
  )("refuses an envelope whose %s is %j", (field, value) => {
    assertBad(JSON.stringify({ ...FULL, [field]: value }));
  });

  it("answers or refuses for any bytes, and throws nothing else", () => {
    const almost = fc.record({
      encrypted_flow_data: fc.oneof(fc.string(), fc.jsonValue()),
      encrypted_aes_key: fc.oneof(fc.string(), fc.jsonValue()),
      initial_vector: fc.oneof(fc.string(), fc.jsonValue()),
    });
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      almost.map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        expect(["parsed", "BAD_ENVELOPE"]).toContain(verdictOn(value));
      }),
    );
  });
});

function verdictOn(bytes: Uint8Array): unknown {
  try {
    parseEnvelope(bytes);
    return "parsed";
  } catch (error) {
    return error instanceof EndpointError ? error.code : error;
  }
}
