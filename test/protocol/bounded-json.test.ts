import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseBoundedJson } from "../../src/protocol/bounded-json.ts";

function parse(text: string, options?: { readonly strictTop?: boolean }): unknown {
  const json = parseBoundedJson(Buffer.from(text), options);
  return json.kind === "parsed" ? json.value : json.reason;
}

function nested(depth: number, open = "[", close = "]"): string {
  return open.repeat(depth) + close.repeat(depth);
}

function objectOf(keys: number): string {
  return `{${Array.from({ length: keys }, (_, index) => `"k${index}":0`).join(",")}}`;
}

/** Levels of a value, counted on the value and not on its text. */
function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("JSON within the limits", () => {
  it("is what JSON.parse makes of it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes("__proto__"));

        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("is accepted exactly up to 32 levels", () => {
    const leaf = fc.constantFrom("0", '"}{]["', '"\\"{{{"', "[]", "{}");
    const wraps = fc.array(
      fc.constantFrom('{"a":[1],"b":•}', "[•]", '["\\\\",•]', ' { "\\u0041" : • } '),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(leaf, wraps, (start, layers) => {
        const text = layers.reduce<string>(
          (inner, layer) => layer.replace("•", () => inner),
          start,
        );
        const value: unknown = JSON.parse(text);

        expect(parse(text)).toEqual(depthOf(value) <= 32 ? value : "is nested too deeply");
      }),
    );
  });

  it.each([
    ["brackets and colons in strings", '{"a":"[[[[{{{{::::","b":"\\"::\\\\"}'],
    ["a key that ends in backslashes", '{"a\\\\":1,"b\\\\\\"":2}'],
    ["blanks of all four kinds", '\t{ "a"\r\n:\n[ 1 , 2 ] } '],
    ["integers beyond 53 bits", '{"id":12345678901234567890}'],
    ["a lone surrogate", '{"a":"\\ud800"}'],
    ["a NUL", '{"a":"\\u0000"}'],
    ["text of many bytes", '{"a":"é👋\u202e"}'],
    ["names every object inherits", '{"toString":1,"hasOwnProperty":2}'],
    ["constructor.prototype", '{"constructor":{"prototype":{"x":1}}}'],
    ["a key twice", '{"a":1,"a":2}'],
    ["a scalar", "1e400"],
    ["2,000 keys", objectOf(2_000)],
    ["values that are long and many", `["${"x".repeat(1_000_000)}"${",0".repeat(100_000)}]`],
  ])("may hold %s", (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});

describe("JSON beyond the limits", () => {
  it.each([33, 10_000, 100_000])("is refused at %i levels", (depth) => {
    expect(parse(nested(depth))).toBe("is nested too deeply");
    expect(parse(nested(depth, '{"a":', "}"))).toBe("is nested too deeply");
    expect(parse(nested(depth, '[{"a":', "}]"))).toBe("is nested too deeply");
  });

  it.each([2_001, 200_000])("is refused with %i keys", (keys) => {
    expect(parse(objectOf(keys))).toBe("has too many keys");
  });

  it("is refused with 2,001 keys spread over many objects", () => {
    expect(parse(`[${'{"a":1},'.repeat(2_001)}0]`)).toBe("has too many keys");
  });

  it("is refused with many colons after one long string", () => {
    expect(parse(`{"${"x".repeat(1_000_000)}"${":".repeat(2_000)}`)).toBe("is not JSON");
  });
});

describe("dangerous keys", () => {
  it.each([
    ["at the top", '{"__proto__":{}}'],
    ["nested", '{"a":{"b":{"__proto__":1}}}'],
    ["in an array", '[[{"__proto__":1}]]'],
    ["with one letter escaped", '{"\\u005f_proto__":1}'],
    [
      "with every letter escaped",
      '{"\\u005F\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":1}',
    ],
    ["before blanks", '{"__proto__" \n : 1}'],
  ])("are refused: __proto__ %s", (_, text) => {
    expect(parse(text)).toBe("has a forbidden key");
  });

  it.each([
    ["as a value", '{"a":"__proto__"}'],
    ["as part of a key", '{"__proto__x":1,"\\\\u005f_proto__":2}'],
  ])("are only keys: __proto__ %s", (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});

describe("the strict top", () => {
  it.each([
    ['{"constructor":1}', "has a forbidden key"],
    ['{"\\u0063onstructor":1}', "has a forbidden key"],
    ['{"a":1,"b":2,"a":3}', "has a duplicate key"],
    ['{"a":1,"\\u0061":2}', "has a duplicate key"],
    ['{"a":{"x":{}},"a":3}', "has a duplicate key"],
  ])("refuses %s", (text, reason) => {
    expect(parse(text, { strictTop: true })).toBe(reason);
  });

  it.each(['{"a":{"constructor":1,"b":1,"b":2}}', '{"a":{"x":1},"b":{"x":2}}', '[{"a":1,"a":2}]'])(
    "leaves %s alone",
    (text) => {
      expect(parse(text, { strictTop: true })).toEqual(JSON.parse(text));
    },
  );
});

describe("what is not JSON", () => {
  it.each([
    "",
    " ",
    "{",
    '{"a"',
    '{"a":1',
    '{"a":1}x',
    "{}{}",
    "{a:1}",
    "{:1}",
    "[1,]",
    "NaN",
    "Infinity",
    "0x10",
    "'a'",
    '"\n"',
    '"\\x"',
    '{"\\x":1}',
    "]]]]",
    "]".repeat(100_000) + "[".repeat(100_010),
    '"',
    '"\\',
    '"\\"',
    "\ufeff{}",
  ])("is refused: %j", (text) => {
    expect(parse(text)).toBe("is not JSON");
  });

  it.each([
    ["a broken sequence", [0x22, 0xff, 0xfe, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["half a surrogate pair", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a sequence cut short", [0x22, 0xe2, 0x82, 0x22]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])("is refused when it is not UTF-8: %s", (_, bytes) => {
    expect(parseBoundedJson(Uint8Array.from(bytes))).toEqual({
      kind: "refused",
      reason: "is not UTF-8",
    });
  });

  it("is told from JSON as JSON.parse tells it, whatever the bytes", () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('{}[]:,"\\au0 1')),
      maxLength: 30,
    });
    const bytes = fc.oneof(
      fc.uint8Array({ max: 0x7f }),
      text.map((value) => Buffer.from(value)),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        expect(parse(Buffer.from(value).toString())).toEqual(
          platformParse(Buffer.from(value).toString()),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("is refused without throwing, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(["parsed", "refused"]).toContain(parseBoundedJson(bytes).kind);
      }),
    );
  });
});

function platformParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return "is not JSON";
  }
}
