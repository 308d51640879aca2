import { createHmac } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createFlowTokens, type FlowTokenContent } from "../../src/protocol/flow-token.ts";

const SECRET = "first secret of 32 characters....";
const OLD_SECRET = "older secret of 32 characters....";
const tokens = createFlowTokens([SECRET, OLD_SECRET]);

const CONTENT: FlowTokenContent = {
  flow: "book-appointment",
  expiresAtSeconds: 1_900_000_000,
  id: "9f86d081884c7d65",
  contractHash: "3a7bd3e2",
  claims: { customer: "42", vip: true },
};

function base64url(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString(
    "base64url",
  );
}

/** A JWT made by hand. */
function sign(header: unknown, payload: unknown, secret: string, hash = "sha256"): string {
  const signed = `${base64url(header)}.${base64url(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest("base64url")}`;
}

const HEADER = { alg: "HS256" };
const PAYLOAD = {
  f: "book-appointment",
  h: "3a7bd3e2",
  exp: 1_900_000_000,
  jti: "9f86d081884c7d65",
};

describe("a minted token", () => {
  it("is a JWT under HS256 and the first secret", async () => {
    const token = tokens.mint(CONTENT);

    expect(token).toBe(
      sign({ alg: "HS256", typ: "JWT" }, { ...PAYLOAD, customer: "42", vip: true }, SECRET),
    );
  });

  it("is read back as it was minted", async () => {
    expect(tokens.verify(tokens.mint(CONTENT))).toEqual(CONTENT);
  });

  it("is read back with any claims that fit", async () => {
    const claims = fc.dictionary(
      fc
        .string({ unit: "binary", maxLength: 10 })
        .filter((name) => !["f", "h", "exp", "jti", "__proto__"].includes(name)),
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 8 }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
      ),
      { maxKeys: 4, noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (value) => {
        const token = tokens.mint({ ...CONTENT, claims: value });

        expect(tokens.verify(token)?.claims).toEqual(value);
      }),
    );
  });

  it.each(["iat", "nbf", "aud"])(
    "is read back with a claim named %s, which means nothing here",
    (name) => {
      const claims = { [name]: 4_000_000_000 };
      const token = tokens.mint({ ...CONTENT, claims });

      expect(tokens.verify(token)?.claims).toEqual(claims);
    },
  );

  it("is refused where a claim would be lost on the way", () => {
    expect(() => tokens.mint({ ...CONTENT, claims: { nbf: 0 } })).toThrow(RangeError);
    expect(() => tokens.mint({ ...CONTENT, claims: { at: new Date(0) } })).toThrow(RangeError);
  });

  it("is read back long after its expiry, which is its reader's to judge", async () => {
    const token = tokens.mint({ ...CONTENT, expiresAtSeconds: 1 });

    expect(tokens.verify(token)).toMatchObject({ expiresAtSeconds: 1 });
  });

  it("is read back anew each time, so that nobody can change another reader's claims", async () => {
    const token = tokens.mint({ ...CONTENT, claims: { list: [1] } });
    const first = tokens.verify(token);
    Object.assign(first?.claims ?? {}, { list: [2] });

    expect(tokens.verify(token)?.claims).toEqual({ list: [1] });
  });

  it("may have 512 characters and no more", async () => {
    // 36 for the header, 43 for the MAC, two dots, and 431 for 323 bytes of payload.
    const rest = JSON.stringify({ ...PAYLOAD, a: "" }).length;
    const filled = { ...CONTENT, claims: { a: "x".repeat(323 - rest) } };
    const overfull = { ...CONTENT, claims: { a: "x".repeat(324 - rest) } };

    expect(tokens.mint(filled)).toHaveLength(512);
    expect(() => tokens.mint(overfull)).toThrow("over 512 characters");
  });

  it.each(["f", "h", "exp", "jti"])("has no claim of the caller's called %s", async (name) => {
    expect(() => tokens.mint({ ...CONTENT, claims: { [name]: 1 } })).toThrow(
      `called ${name}; rename yours`,
    );
  });

  it.each<[string, Partial<FlowTokenContent>]>([
    [
      "claims too deep to be read back",
      { claims: JSON.parse(`{"a":${"[".repeat(32)}${"]".repeat(32)}}`) },
    ],
    ["a claim called __proto__", { claims: JSON.parse('{"__proto__":1}') }],
    ["an expiry that is no number", { expiresAtSeconds: NaN }],
    ["an expiry that is no integer", { expiresAtSeconds: 1.5 }],
  ])("is refused with %s", async (_, change) => {
    expect(() => tokens.mint({ ...CONTENT, ...change })).toThrow(RangeError);
  });

  it("is refused with claims that JSON cannot express", async () => {
    expect(() => tokens.mint({ ...CONTENT, claims: { n: 1n } })).toThrow(TypeError);
  });
});

describe("verification", () => {
  it("accepts a token made by hand under any of the secrets", async () => {
    const expected = { ...CONTENT, claims: {} };

    expect(tokens.verify(sign(HEADER, PAYLOAD, SECRET))).toEqual(expected);
    expect(tokens.verify(sign(HEADER, PAYLOAD, OLD_SECRET))).toEqual(expected);
  });

  it.each<[string, string]>([
    ["under another secret", sign(HEADER, PAYLOAD, "another secret of 32 characters..")],
    ["under no algorithm", `${base64url({ alg: "none" })}.${base64url(PAYLOAD)}.`],
    ["that claims no algorithm", sign({ alg: "none" }, PAYLOAD, SECRET)],
    ["that claims a public-key algorithm", sign({ alg: "RS256" }, PAYLOAD, SECRET)],
    ["under HS512", sign({ alg: "HS512" }, PAYLOAD, SECRET, "sha512")],
    ["that claims HS512", sign({ alg: "HS512" }, PAYLOAD, SECRET)],
    ["in lower case", sign({ alg: "hs256" }, PAYLOAD, SECRET)],
    ["with a critical header", sign({ alg: "HS256", crit: ["x"], x: 1 }, PAYLOAD, SECRET)],
    ["without a header", sign("", PAYLOAD, SECRET)],
    ["with a header that is no object", sign("[]", PAYLOAD, SECRET)],
    ["of another system", sign(HEADER, { sub: "user", exp: 1_900_000_000 }, SECRET)],
    ["whose flow is a number", sign(HEADER, { ...PAYLOAD, f: 1 }, SECRET)],
    ["whose expiry is text", sign(HEADER, { ...PAYLOAD, exp: "1900000000" }, SECRET)],
    ["whose hash is missing", sign(HEADER, { ...PAYLOAD, h: undefined }, SECRET)],
    ["whose id is null", sign(HEADER, { ...PAYLOAD, jti: null }, SECRET)],
    ["whose payload is a list", sign(HEADER, [PAYLOAD], SECRET)],
    ["whose payload is no JSON", sign(HEADER, "not JSON", SECRET)],
    ["whose payload is null", sign(HEADER, "null", SECRET)],
    ["of more than 512 characters", sign(HEADER, { ...PAYLOAD, x: "x".repeat(512) }, SECRET)],
    ["of 4 KB", "x".repeat(4_096)],
    ["of 4 KB of dots", ".".repeat(4_096)],
    ["that is empty", ""],
    ["that is Meta's default", "unused"],
    ["with a line feed", `${sign(HEADER, PAYLOAD, SECRET)}\n`],
    ["with padding", `${sign(HEADER, PAYLOAD, SECRET)}=`],
    ["with a fourth part", `${sign(HEADER, PAYLOAD, SECRET)}.${base64url("x")}`],
  ])("refuses a token %s", async (_, token) => {
    expect(tokens.verify(token)).toBeNull();
  });

  it("refuses every other spelling of a token's signature", async () => {
    const token = tokens.mint(CONTENT);
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const spellings = Array.from(digits, (digit) => token.slice(0, -1) + digit);

    const accepted = await Promise.all(spellings.map(async (one) => tokens.verify(one) !== null));

    expect(spellings.filter((_, index) => accepted[index] === true)).toEqual([token]);
  });

  it("refuses a token with any one character changed, before and after the token was seen", async () => {
    const fresh = createFlowTokens([SECRET]);
    const token = tokens.mint(CONTENT);
    const changed = Array.from(
      token,
      (character, index) =>
        `${token.slice(0, index)}${character === "A" ? "B" : "A"}${token.slice(index + 1)}`,
    );

    const before = changed.map((one) => fresh.verify(one));
    fresh.verify(token);
    const after = changed.map((one) => fresh.verify(one));

    expect(new Set([...before, ...after])).toEqual(new Set([null]));
  });

  it("refuses everything else without throwing", async () => {
    const part = fc.string({ unit: fc.constantFrom("a", "Q", "-", "_", "e", "y", "J", "=", "é") });
    const token = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.tuple(part, part, part).map((parts) => parts.join(".")),
      fc.tuple(fc.json(), fc.json()).map(([header, payload]) => sign(header, payload, SECRET)),
    );
    await fc.assert(
      fc.asyncProperty(token, async (value) => {
        expect(tokens.verify(value)).toBeNull();
      }),
    );
  });
});

describe("secrets", () => {
  it("are needed", () => {
    expect(() => createFlowTokens([])).toThrow("at least one secret");
  });

  it("are never empty", () => {
    expect(() => createFlowTokens([SECRET, ""])).toThrow("secret is empty");
  });
});
