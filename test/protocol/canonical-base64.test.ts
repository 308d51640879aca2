import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseCanonicalBase64 } from "../../src/protocol/canonical-base64.ts";

describe("canonical base64", () => {
  // RFC 4648, section 10.
  it.each([
    ["", ""],
    ["Zg==", "f"],
    ["Zm8=", "fo"],
    ["Zm9v", "foo"],
    ["Zm9vYg==", "foob"],
    ["Zm9vYmE=", "fooba"],
    ["Zm9vYmFy", "foobar"],
  ])("reads %j", (text, bytes) => {
    expect(parseCanonicalBase64(text)?.toString()).toBe(bytes);
  });

  it("reads every byte string that the platform writes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = btoa(String.fromCharCode(...bytes));

        expect(parseCanonicalBase64(text)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ["the URL alphabet", "-_-_"],
    ["a blank", "Zm9v YmFy"],
    ["a line feed at the end", "Zm9v\n"],
    ["a line break inside", "Zm9v\r\nYmFy"],
    ["junk", "Zm9v*"],
    ["text beyond ASCII", "Zm9v\u00e9"],
    ["missing padding", "Zg"],
    ["half the padding", "Zg="],
    ["too much padding", "Zm9v===="],
    ["padding alone", "="],
    ["data after the padding", "QQ==QQ=="],
    ["bits that should be zero, after one byte", "Zh=="],
    ["bits that should be zero, after two bytes", "Zm9="],
  ])("refuses %s", (_, text) => {
    expect(parseCanonicalBase64(text)).toBeNull();
  });

  it("gives every byte string one spelling and no other", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("A", "Q", "g", "w", "+", "/", "=", "-", "_", " ", "\n"),
          maxLength: 8,
        }),
        (text) => {
          const bytes = parseCanonicalBase64(text);
          fc.pre(bytes !== null);

          expect(btoa(bytes.toString("latin1"))).toBe(text);
        },
      ),
    );
  });
});
