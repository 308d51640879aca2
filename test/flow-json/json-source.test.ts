import { describe, expect, it } from "vitest";
import { FlowJsonError } from "../../src/flow-json/flow-json-error.ts";
import { parseJsonSource } from "../../src/flow-json/json-source.ts";

const ORIGINAL = '{"a": [1, -2.5e3, "x\\u00e9\\n", true, null], "b": {"c": ""}}';
const CHARACTERS = [
  '"',
  "\\",
  "{",
  "}",
  "]",
  ",",
  ":",
  "0",
  "-",
  ".",
  "e",
  " ",
  "\t",
  "\u00a0",
  "\u0001",
  "'",
];

/** Every text that differs from the original by one inserted, replaced or cut off piece. */
function* mutations(): Generator<string> {
  for (let at = 0; at <= ORIGINAL.length; at += 1) {
    yield ORIGINAL.slice(0, at);
    for (const character of CHARACTERS) {
      yield ORIGINAL.slice(0, at) + character + ORIGINAL.slice(at);
      yield ORIGINAL.slice(0, at) + character + ORIGINAL.slice(at + 1);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isAccepted(text: string): boolean {
  try {
    parseJsonSource(text);
    return true;
  } catch (error) {
    if (error instanceof FlowJsonError) return false;
    throw error;
  }
}

describe("parseJsonSource", () => {
  it("accepts exactly what JSON.parse accepts", () => {
    const disagreements = [...mutations()].filter((text) => isJson(text) !== isAccepted(text));

    expect(disagreements).toEqual([]);
  });

  it("gives the value that JSON.parse gives", () => {
    expect(parseJsonSource(ORIGINAL).value).toEqual(JSON.parse(ORIGINAL));
  });

  it("refuses nesting that no parser survives without a crash", () => {
    expect(isAccepted("[".repeat(100_000))).toBe(false);
  });
});
