import fc from "fast-check";
import forge from "node-forge";
import { describe, expect, it } from "vitest";

import { verifySignature } from "../../src/protocol/signature.ts";
import vector from "./vectors/signature.json" with { type: "json" };

const BODY = Buffer.from(vector.body);
const HEADER = `sha256=${vector.sha256}`;
const SECRETS = [vector.secret];

function sign(body: Uint8Array, secret: string): string {
  const hmac = forge.hmac.create();
  hmac.start("sha256", forge.util.encodeUtf8(secret));
  hmac.update(Buffer.from(body).toString("latin1"));
  return `sha256=${hmac.digest().toHex()}`;
}

describe("a signature over the raw bytes", () => {
  it("is valid", () => {
    expect(verifySignature(HEADER, BODY, SECRETS)).toBe("valid");
  });

  it("is valid as the only one of a list of values", () => {
    expect(verifySignature([HEADER], BODY, SECRETS)).toBe("valid");
  });

  it("is valid in upper-case hex", () => {
    const header = `sha256=${vector.sha256.toUpperCase()}`;

    expect(verifySignature(header, BODY, SECRETS)).toBe("valid");
  });

  it.each([
    ["the first", [vector.secret, "other"]],
    ["the last", ["other", "another", vector.secret]],
  ])("is valid under %s of several secrets", (_, secrets) => {
    expect(verifySignature(HEADER, BODY, secrets)).toBe("valid");
  });

  it("is valid for an empty body", () => {
    const empty = new Uint8Array();

    expect(verifySignature(sign(empty, vector.secret), empty, SECRETS)).toBe("valid");
  });

  it("is valid for any body and secret, as a second implementation signs it", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: "binary", minLength: 1 }), (body, secret) => {
        expect(verifySignature(sign(body, secret), body, ["other secret", secret])).toBe("valid");
      }),
    );
  });
});

describe("a header that is not there", () => {
  it.each([["undefined", undefined] as const, ["an empty list", []] as const])(
    "is missing (%s)",
    (_, header) => {
      expect(verifySignature(header, BODY, SECRETS)).toBe("missing");
    },
  );
});

describe("a header of another form", () => {
  const hex = vector.sha256;

  it.each([
    ["empty", ""],
    ["a prefix alone", "sha256="],
    ["without its prefix", hex],
    ["with another algorithm", `sha1=${hex.slice(0, 40)}`],
    ["with an upper-case prefix", `SHA256=${hex}`],
    ["of 63 digits", `sha256=${hex.slice(1)}`],
    ["of 65 digits", `sha256=${hex}0`],
    ["of 128 digits", `sha256=${hex}${hex}`],
    ["of letters that are no digits", `sha256=zz${hex.slice(2)}`],
    ["after a blank", ` sha256=${hex}`],
    ["before a tab", `sha256=${hex}\t`],
    ["before a line feed", `sha256=${hex}\n`],
    ["twice with a comma", `sha256=${hex}, sha256=${hex}`],
    ["of 8 KB", `sha256=${"a".repeat(8_192)}`],
    ["of full-width digits", `sha256=${hex.slice(1)}\uff11`],
  ])("is malformed (%s)", (_, header) => {
    expect(verifySignature(header, BODY, SECRETS)).toBe("malformed");
  });

  it("is malformed when it comes twice, right or not", () => {
    expect(verifySignature([HEADER, HEADER], BODY, SECRETS)).toBe("malformed");
  });
});

describe("a signature over something else", () => {
  it.each([
    ["the same JSON written again", JSON.stringify(JSON.parse(vector.body))],
    ["a body with a line feed more", `${vector.body}\n`],
    ["a body with its first byte changed", `[${vector.body.slice(1)}`],
    ["nothing", ""],
  ])("does not match (%s)", (_, body) => {
    expect(verifySignature(HEADER, Buffer.from(body), SECRETS)).toBe("mismatch");
  });

  it("does not match under another secret", () => {
    expect(verifySignature(HEADER, BODY, ["another secret"])).toBe("mismatch");
  });

  it("does not match with any single bit of it changed", () => {
    const digest = Buffer.from(vector.sha256, "hex");
    const changed = Array.from({ length: 256 }, (_, bit) => {
      const bytes = Buffer.from(digest);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return verifySignature(`sha256=${bytes.toString("hex")}`, BODY, SECRETS);
    });

    expect(new Set(changed)).toEqual(new Set(["mismatch"]));
  });
});

describe("secrets that are none", () => {
  it("verify nothing when there is no secret at all", () => {
    expect(verifySignature(HEADER, BODY, [])).toBe("mismatch");
  });

  it("verify nothing when the secret is empty", () => {
    expect(verifySignature(sign(BODY, ""), BODY, [""])).toBe("mismatch");
  });
});

it("answers for any header and body without throwing", () => {
  const header = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.string({ unit: "binary" })),
    fc.constant(undefined),
    fc.string({ unit: "binary" }).map((text) => `sha256=${text}`),
  );
  fc.assert(
    fc.property(header, fc.uint8Array(), (value, body) => {
      expect(["missing", "malformed", "mismatch"]).toContain(
        verifySignature(value, body, ["one", "two"]),
      );
    }),
  );
});
