import { describe, expect, it } from "vitest";
import { FlowJsonError } from "../../src/flow-json/flow-json-error.ts";
import { parseJsonSource } from "../../src/flow-json/parse-json-source.ts";

function problemOf(text: string): FlowJsonError {
  try {
    parseJsonSource(text);
  } catch (error) {
    if (error instanceof FlowJsonError) return error;
    throw error;
  }
  throw new Error("the text was read");
}

describe("parseJsonSource", () => {
  it("gives the value that JSON.parse gives", () => {
    const text = '{"a": [1, -2.5e3, "x\\u00e9\\n", true, null], "b": {"c": ""}}';

    expect(parseJsonSource(text).value).toEqual(JSON.parse(text));
  });

  it("says where the text stops being JSON, and why", () => {
    expect(problemOf('{\n  "a": 1,\n}')).toMatchObject({
      code: "INVALID_FLOW_JSON",
      path: "",
      line: 3,
      column: 1,
      message:
        "flow.json is not valid JSON: a comma with nothing after it; correct the syntax here, or just before",
    });
  });

  it("refuses nesting that no parser survives without a crash", () => {
    expect(problemOf("[".repeat(100_000))).toMatchObject({
      code: "INVALID_FLOW_JSON",
      line: 1,
      column: 201,
    });
  });

  it("refuses a key named __proto__ at its place, however it is escaped", () => {
    expect(problemOf('{"a": [0, {"__pr\\u006fto__": 1}]}')).toMatchObject({
      code: "INVALID_PROPERTY_KEY",
      path: "a[1].__proto__",
      line: 1,
      column: 12,
    });
  });

  it("takes a key that is written twice for the last one, as JSON.parse does", () => {
    expect(parseJsonSource('{"a": 1, "a": 2}').value).toEqual({ a: 2 });
  });
});
