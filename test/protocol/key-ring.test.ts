import { createPublicKey, generateKeyPairSync, randomBytes, webcrypto } from "node:crypto";

import { afterEach, describe, expect, it, vi } from "vitest";

import { createKeyRing } from "../../src/protocol/key-ring.ts";
import { parsePrivateKeys, type PrivateKey } from "../../src/protocol/private-key.ts";
import { wrapKey } from "./forge-phone.ts";

function makeKey(name: string): PrivateKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const [key] = parsePrivateKeys({ name, bytes: pem });
  if (key === undefined) throw new Error("a generated key was not read");
  return key;
}

const [first, second, third] = [makeKey("first"), makeKey("second"), makeKey("third")] as const;

function wrapFor(key: PrivateKey, aesKey: Buffer): Buffer {
  return wrapKey(
    createPublicKey(key.keyObject).export({ type: "spki", format: "pem" }).toString(),
    aesKey,
  );
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a key ring", () => {
  it("unwraps under each of its keys", async () => {
    const ring = await createKeyRing([first, second]);
    const [one, two] = [randomBytes(16), randomBytes(16)];

    expect(await ring.unwrap(wrapFor(first, one))).toEqual(one);
    expect(await ring.unwrap(wrapFor(second, two))).toEqual(two);
    expect(await ring.unwrap(wrapFor(first, one))).toEqual(one);
  });

  it("has null for a key wrapped for none of them", async () => {
    const ring = await createKeyRing([first, second]);

    expect(await ring.unwrap(wrapFor(third, randomBytes(16)))).toBeNull();
  });

  it.each([0, 15, 17, 24, 32, 190])(
    "has null for %i bytes in place of an AES key",
    async (length) => {
      const ring = await createKeyRing([first]);

      expect(await ring.unwrap(wrapFor(first, randomBytes(length)))).toBeNull();
    },
  );

  it.each([0, 1, 255, 257, 512])("has null for a ciphertext of %i bytes", async (length) => {
    const ring = await createKeyRing([first]);

    expect(await ring.unwrap(randomBytes(length))).toBeNull();
  });

  it("has null for everything while it has no key", async () => {
    const ring = await createKeyRing([]);

    expect(await ring.unwrap(wrapFor(first, randomBytes(16)))).toBeNull();
    expect(ring.fingerprints).toEqual([]);
  });

  it("holds a key that is given twice once", async () => {
    const ring = await createKeyRing([second, first, second]);

    expect(ring.fingerprints).toEqual([second.fingerprint, first.fingerprint]);
  });

  it("tries the key that fitted last before the others", async () => {
    const ring = await createKeyRing([first, second, third]);
    const decrypt = vi.spyOn(webcrypto.subtle, "decrypt");

    await ring.unwrap(wrapFor(third, randomBytes(16)));
    const callsBefore = decrypt.mock.calls.length;
    await ring.unwrap(wrapFor(third, randomBytes(16)));

    expect([callsBefore, decrypt.mock.calls.length]).toEqual([3, 4]);
  });

  it("goes on after an unwrap that failed for another reason than its ciphertext", async () => {
    const ring = await createKeyRing([first], { copies: 1 });
    const aesKey = randomBytes(16);
    vi.spyOn(webcrypto.subtle, "decrypt").mockRejectedValueOnce(new Error("out of memory"));

    await expect(ring.unwrap(wrapFor(first, aesKey))).rejects.toThrow("out of memory");

    expect(await ring.unwrap(wrapFor(first, aesKey))).toEqual(aesKey);
  });
});

describe("many unwraps at once", () => {
  it("take turns at the copies of the key, each of which lets in one thread at a time", async () => {
    const ring = await createKeyRing([first], { copies: 3 });
    const wrapped = Array.from({ length: 24 }, () => wrapFor(first, randomBytes(16)));
    const decrypt = vi.spyOn(webcrypto.subtle, "decrypt");

    await Promise.all(wrapped.map((bytes) => ring.unwrap(bytes)));

    const used = decrypt.mock.calls.map(([, key]) => key);
    expect(new Set(used.slice(0, 3)).size).toBe(3);
    expect(used.map((key) => used.indexOf(key))).toEqual(used.map((_, i) => i % 3));
  });

  it("each get their own AES key", async () => {
    const ring = await createKeyRing([first, second]);
    const aesKeys = Array.from({ length: 32 }, () => randomBytes(16));

    const unwrapped = await Promise.all(
      aesKeys.map((aesKey, index) =>
        ring.unwrap(wrapFor(index % 2 === 0 ? first : second, aesKey)),
      ),
    );

    expect(unwrapped).toEqual(aesKeys);
  });
});

describe("replacing the keys", () => {
  it("puts the new ones in use and the old ones out", async () => {
    const ring = await createKeyRing([first]);
    const aesKey = randomBytes(16);

    await ring.replace([second]);

    expect(ring.fingerprints).toEqual([second.fingerprint]);
    expect(await ring.unwrap(wrapFor(second, aesKey))).toEqual(aesKey);
    expect(await ring.unwrap(wrapFor(first, aesKey))).toBeNull();
  });

  it("lets unwraps that came before finish", async () => {
    const ring = await createKeyRing([first], { copies: 1 });
    const aesKeys = Array.from({ length: 8 }, () => randomBytes(16));

    const unwrapping = Promise.all(aesKeys.map((aesKey) => ring.unwrap(wrapFor(first, aesKey))));
    await ring.replace([second]);

    expect(await unwrapping).toEqual(aesKeys);
  });
});
