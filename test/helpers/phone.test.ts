// The phone of the tests against figures that were worked out elsewhere, in Python and by OpenSSL.

import { constants, createHash, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createPhone, encrypt, sign, writeEnvelope } from "./phone.ts";

const aesKey = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const iv = Buffer.from("101112131415161718191a1b1c1d1e1f", "hex");
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

describe("the phone of the tests", () => {
  it("encrypts a ping as WhatsApp does", () => {
    const { fields } = encrypt(publicKey, '{"version":"3.0","action":"ping"}', { aesKey, iv });

    expect(fields.encrypted_flow_data.toString("base64")).toBe(
      "vryB0w/BTee4OvmgkgEf9dnfQfwZb8iWi7yl5iotFMJeuQl749lOptdzv/L1T2V2PA==",
    );
    expect(fields.initial_vector).toEqual(iv);
  });

  it("decrypts an answer under the inverted IV, and none under another", () => {
    const { decrypt } = encrypt(publicKey, "", { aesKey, iv });

    expect(decrypt("IHgL0mWXHJ6FDPLH6+aygF5BfT+mPzwvzktiKvlmYpg8eFKqJX/07YVStaI=")).toBe(
      '{"data":{"status":"active"}}',
    );
    expect(
      decrypt("IHgc0GOTW8rcFKPgqL7llx0PPnz/MHctiVM9GFIEg72y2LQbHXcx0qdpXotNPqKh3361nJ2TcQ=="),
    ).toBe('{"screen":"S","data":{"t":"Olá 👋"}}');
    // The IV's bytes reversed instead of inverted.
    expect(() => decrypt("7ls0jiCc2y2zcGDf+2Zzooo24AaYGpxTPYZ/yBOm2Ekso6d+QwSHH1bL0wY=")).toThrow(
      "unable to authenticate",
    );
  });

  it("wraps the AES key so that OpenSSL's own OAEP with SHA-256 opens it", () => {
    const { fields } = encrypt(publicKey, "", { aesKey, iv });

    const opened = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
      fields.encrypted_aes_key,
    );

    expect(opened).toEqual(aesKey);
  });

  it.each([
    { wrapping: { hash: "sha1" as const } },
    { wrapping: { mgf1Hash: "sha1" as const } },
    { wrapping: { label: "label" } },
    { wrapping: { leadingByte: 1 } },
  ])("wraps it otherwise when it is told to: $wrapping", ({ wrapping }) => {
    const { fields } = encrypt(publicKey, "", { aesKey, iv, wrapping });

    expect(() =>
      privateDecrypt(
        { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
        fields.encrypted_aes_key,
      ),
    ).toThrow("oaep decoding error");
  });

  it("wraps it with SHA-1 throughout as OpenSSL does by default", () => {
    const { fields } = encrypt(publicKey, "", { aesKey, iv, wrapping: { hash: "sha1" } });

    expect(
      privateDecrypt(
        { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING },
        fields.encrypted_aes_key,
      ),
    ).toEqual(aesKey);
  });

  it("signs the bytes of the body, with its slashes escaped", () => {
    const body = writeEnvelope({
      encrypted_flow_data: "a/b=",
      encrypted_aes_key: "c",
      initial_vector: "d",
    });

    expect(body.toString()).toBe(
      String.raw`{"encrypted_flow_data":"a\/b=","encrypted_aes_key":"c","initial_vector":"d"}`,
    );
    expect(sign(body, "app-secret")).toBe(
      "d57ff1cc1d62af02e2381b2a0276585731f004faa07937e9e6040c8269c96f51",
    );
  });

  it("never sends the same bytes twice", () => {
    const phone = createPhone(publicKey, "app-secret");
    const hashes = [1, 2, 3].map(() =>
      createHash("sha256")
        .update(phone.request({ action: "ping" }).body)
        .digest("hex"),
    );

    expect(new Set(hashes).size).toBe(3);
  });
});
