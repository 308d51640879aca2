import { describe, expect, it } from "vitest";
import { evaluateCondition, parseCondition } from "../../src/flow-json/condition.ts";
import type { Scope } from "../../src/flow-json/evaluate.ts";
import type { JsonValue } from "../../src/flow-json/json-value.ts";

const VALUES: Readonly<Record<string, JsonValue>> = {
  n: 7,
  digits: "7",
  decimal: 7.9,
  s: "x",
  quoted: "it's",
  empty: "",
  t: true,
  f: false,
};

const scope: Scope = { resolve: ({ path }) => VALUES[path[0]] };

function holds(text: string): boolean {
  const parsed = parseCondition(text);
  if (parsed.kind === "invalid") throw new Error(`${parsed.offset}: ${parsed.reason}`);
  return evaluateCondition(parsed.condition, scope);
}

describe("evaluateCondition", () => {
  it.each([
    ["${data.t}", true],
    ["${data.f}", false],
    ["${data.absent}", false],
    ["!${data.f}", true],
    ["!(${data.t})", false],
    ["${data.n} > 5", true],
    ["${data.n} >= 8", false],
    ["${data.digits} < 8", true],
    ["${data.n} == 7", true],
    ["${data.digits} == 7", true],
    ["${data.decimal} == 7", true],
    ["${data.n} == -7", false],
    ["${data.s} == 'x'", true],
    ["${data.s} != 'x'", false],
    ["${data.quoted} == 'it\\'s'", true],
    ["${data.empty} == ''", true],
    ["${data.absent} == ''", true],
    ["${data.s} > 5", false],
    ["${data.t} == true", true],
    ["${data.f} == false", true],
    ["(${data.n} > 5) && (${data.s} == 'x')", true],
    ["(${data.n} > 9) || (${data.s} == 'x')", true],
    ["${data.t} || ${data.f} && ${data.f}", true],
    ["(${data.t} || ${data.f}) && ${data.f}", false],
    ["`${data.n} + 1 == 8`", true],
    ["`${data.n} > 9`", false],
  ])("%s is %s", (text, expected) => {
    expect(holds(text)).toBe(expected);
  });
});

describe("parseCondition", () => {
  it.each([
    ["", 0],
    [" ", 1],
    ["true", 0],
    ["1 == 1", 0],
    ["$data.b", 0],
    ["${data.b} &&", 12],
    ["${data.n} > 1.5", 12],
    ["${data.n} == 07", 13],
    ["${data.b} == tru", 13],
    ["(${data.b}", 0],
    ["${data.b})", 9],
    ["()", 1],
    ["${data.n} == -a", 13],
    ["${data.b} & ${data.b}", 10],
    ["${data.s} == 'x", 13],
    ["${data.b} ${data.b}", 10],
    ["${data.n} + 1 == 2", 10],
    ["`${data.n} >`", 12],
  ])("refuses %j and says where", (text, offset) => {
    expect(parseCondition(text)).toMatchObject({ kind: "invalid", offset });
  });
});
