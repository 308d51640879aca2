import { describe, expect, it } from "vitest";
import type { Reference } from "../../src/flow-json/binding.ts";
import { parseBinding } from "../../src/flow-json/binding.ts";
import { evaluate, type Scope } from "../../src/flow-json/evaluate.ts";
import { expressionType, parseExpression } from "../../src/flow-json/expression.ts";
import type { JsonValue } from "../../src/flow-json/json-value.ts";

const VALUES: Readonly<Record<string, JsonValue>> = {
  "data.n": 7,
  "data.zero": 0,
  "data.text": "seven",
  "data.digits": "12",
  "data.empty": "",
  "data.nothing": null,
  "data.yes": true,
  "data.no": false,
  "data.o.inner": "deep",
  "form.name": "Ada",
  "A.form.age": "41",
};

const scope: Scope = {
  resolve: ({ screen, source, path }: Reference) =>
    VALUES[[...(screen === null ? [] : [screen]), source, ...path].join(".")],
};

function worth(body: string): JsonValue | undefined {
  const parsed = parseExpression(`\`${body}\``);
  if (parsed.kind === "invalid") throw new Error(`${parsed.offset}: ${parsed.reason}`);
  return evaluate(parsed.expression, scope);
}

describe("parseBinding", () => {
  it.each([
    ["${data.a}", { screen: null, source: "data", path: ["a"] }],
    ["${data.a.b-c.d}", { screen: null, source: "data", path: ["a", "b-c", "d"] }],
    ["${form.name}", { screen: null, source: "form", path: ["name"] }],
    ["${screen.A_B.form.x}", { screen: "A_B", source: "form", path: ["x"] }],
    ["${screen.A,B.data.x.y}", { screen: "A,B", source: "data", path: ["x", "y"] }],
  ])("reads %s", (text, expected) => {
    expect(parseBinding(text)).toEqual({ kind: "reference", ...expected });
  });

  it("reads paths of any length, as far as data can be nested", () => {
    const binding = parseBinding(`\${data.${"a.".repeat(4_000_000)}b}`);

    expect(binding?.path.length).toBeGreaterThan(200);
    expect(binding?.path.length).toBeLessThan(1_000);
  });

  it.each([
    "data.a",
    "${data}",
    "${data.}",
    "${data..a}",
    "${data.a..b}",
    "${data.a.}",
    "${name}",
    "${screen.A.name}",
    "Hello ${data.a}",
    "${data.a} ",
    "${data.a}${data.b}",
    "{{data.a}}",
    "",
  ])("takes %j for ordinary text", (text) => {
    expect(parseBinding(text)).toBeNull();
  });
});

describe("evaluate", () => {
  it.each<[string, JsonValue | undefined]>([
    ["${data.n}", 7],
    ["${data.o.inner}", "deep"],
    ["${data.absent}", undefined],
    ["'text'", "text"],
    ["''", ""],
    ["2.5", 2.5],
    ["true", true],
    // arithmetic
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 2 - 3", 5],
    ["8 / 4 / 2", 1],
    ["-${data.n} + 1", -6],
    ["${data.n} -1", 6],
    ["- -3", 3],
    ["7 % 4", 3],
    ["1 / 3", 0.33],
    ["0.1 + 0.2", 0.3],
    ["5 / ${data.zero}", 0],
    ["5 % ${data.zero}", 0],
    ["${data.absent} + 5", 5],
    ["${data.nothing} * 5", 0],
    ["${data.digits} + 1", 13],
    ["${data.text} + 1", 1],
    // comparison
    ["${data.n} > 5", true],
    ["${data.n} >= 7", true],
    ["${data.n} < 7", false],
    ["${data.n} <= 6", false],
    ["${data.digits} > 9", true],
    ["${data.text} > 1", false],
    ["${data.text} < 1", false],
    ["${data.empty} < 1", false],
    ["${data.absent} < 1", false],
    // equality
    ["${data.text} == 'seven'", true],
    ["${data.text} != 'seven'", false],
    ["${data.empty} == ${data.nothing}", true],
    ["${data.nothing} == ${data.absent}", true],
    ["${data.absent} == ''", true],
    ["${data.absent} == 0", false],
    ["${data.digits} == 12", true],
    ["${data.yes} == true", true],
    // logic
    ["${data.yes} && ${data.no}", false],
    ["${data.yes} || ${data.no}", true],
    ["${data.no} && ${data.no} || ${data.yes}", true],
    ["!${data.no}", true],
    ["!(${data.n} > 5)", false],
    ["!${data.yes} || ${data.yes}", true],
    ["${data.n} > 5 && ${data.text} == 'seven'", true],
    // joining
    ["'Hi ' ${form.name}", "Hi Ada"],
    ["'Hi ' ${form.name} '!'", "Hi Ada!"],
    ["${data.n} ''", "7"],
    ["(${data.n} + 1) ' items'", "8 items"],
    ["${data.n} * 2 ' x'", "14 x"],
    ["${data.n} > 5 ' yes'", "true yes"],
    ["${data.absent} 'x' ${data.nothing}", "x"],
    ["${form.name}${form.name}", "AdaAda"],
    ["('a' 'b') 'c'", "abc"],
  ])("%s is %j", (body, expected) => {
    expect(worth(body)).toEqual(expected);
  });

  it("reads what another screen holds", () => {
    expect(worth("${screen.A.form.age} + 1")).toBe(42);
  });
});

describe("parseExpression", () => {
  it.each([
    ["`${form.a}.length()`", 10],
    ["`${data.n} ? 1 : 2`", 11],
    ["`${A.form.age} > 40`", 1],
    ["`f(1)`", 1],
    ["`null`", 1],
    ["`a`", 1],
    ["`[1]`", 1],
    ['`"double"`', 1],
    ["`'open`", 1],
    ["`(1 + 2`", 1],
    ["`1 + 2)`", 6],
    ["`1 +`", 4],
    ["`${data}`", 1],
    ["`1 & 2`", 3],
    ["``", 1],
    ["plain", 0],
  ])("refuses %s and says where", (text, offset) => {
    expect(parseExpression(text)).toMatchObject({ kind: "invalid", offset });
  });
});

describe("expressionType", () => {
  it.each([
    ["`${data.n}`", null],
    ["`'a'`", "text"],
    ["`1`", "number"],
    ["`true`", "boolean"],
    ["`${data.n} + 1`", "number"],
    ["`-${data.n}`", "number"],
    ["`!${data.n}`", "boolean"],
    ["`${data.n} == 1`", "boolean"],
    ["`${data.a} && ${data.b}`", "boolean"],
    ["`${data.n} ''`", "text"],
  ])("%s is %s", (text, expected) => {
    const parsed = parseExpression(text);

    expect(parsed.kind === "parsed" ? expressionType(parsed.expression) : parsed).toBe(expected);
  });
});
