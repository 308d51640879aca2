import { describe, expect, it } from "vitest";
import { contractHash } from "../../src/flow-json/contract-hash.ts";
import { exchange, flowText, footer, input, screen, type Json } from "./flow-text.ts";
import { contractOf } from "./read-contract.ts";

const base = {
  input: { required: true } as Json,
  label: "Continue",
  data: { a: { type: "string" }, b: { type: "integer" } } as Json,
  payload: { t: "${form.t}", kind: "x" } as Json,
};
const hashOf = (change: Partial<typeof base>) => {
  const flow = { ...base, ...change };
  return contractHash(
    contractOf(
      flowText([
        screen(
          "A",
          [
            input("TextInput", "t", flow.input),
            { ...footer(exchange(flow.payload)), label: flow.label },
          ],
          { data: flow.data },
        ),
      ]),
    ),
  );
};

describe("contractHash", () => {
  it("is twelve hex digits", () => {
    expect(hashOf({})).toMatch(/^[0-9a-f]{12}$/);
  });

  it.each<[string, Partial<typeof base>]>([
    ["a text changes", { label: "Go on" }],
    ["a look changes", { input: { required: true, "helper-text": "Your name" } }],
    [
      "the data model is listed in another order",
      { data: { b: { type: "integer" }, a: { type: "string" } } },
    ],
    ["the payload is listed in another order", { payload: { kind: "x", t: "${form.t}" } }],
  ])("stays when %s", (_name, change) => {
    expect(hashOf(change)).toBe(hashOf({}));
  });

  it.each<[string, Partial<typeof base>]>([
    ["an input is no longer required", { input: {} }],
    ["a limit changes", { input: { required: true, "max-chars": 10 } }],
    ["the data model gains an entry", { data: { ...base.data, c: { type: "string" } } }],
    ["a type changes", { data: { a: { type: "number" }, b: { type: "integer" } } }],
    ["the payload loses a field", { payload: { t: "${form.t}" } }],
    ["a literal changes", { payload: { t: "${form.t}", kind: "y" } }],
  ])("changes when %s", (_name, change) => {
    expect(hashOf(change)).not.toBe(hashOf({}));
  });
});
