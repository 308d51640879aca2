import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCondition } from "../../../src/flow-json/condition.ts";
import { parseExpression } from "../../../src/flow-json/expression.ts";
import { readCases } from "./expected-cases.ts";
import { metaFindings, ownFindings } from "./read-flow.ts";

const CASES = readCases().map(({ text }): unknown => JSON.parse(text));

/** Values that a flow has in one place, and that may be wrong in another. */
const SCRAPS = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(...CASES.flatMap((flow) => valuesIn(flow)).slice(0, 3000)),
  fc.constantFrom(
    "${data.x}",
    "${form.a.b}",
    "`${data.",
    "`'a' ${form.a}`",
    "__proto",
    "constructor",
    "toString",
  ),
);

function valuesIn(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  return [value, ...Object.values(value).flatMap(valuesIn)];
}

/** Puts `scrap` in the place of one value, the one that comes `at`th of all. */
function grafted(flow: unknown, at: number, scrap: unknown): unknown {
  let left = at % valuesIn(flow).length;
  const graft = (value: unknown): unknown => {
    if (left-- === 0) return scrap;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(graft);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, graft(each)]));
  };
  return graft(flow);
}

describe("rules on flows of any shape", () => {
  it("never throw, and point into the text", () => {
    const flows = fc
      .tuple(
        fc.constantFrom(...CASES),
        fc.array(fc.tuple(fc.nat(), SCRAPS), { minLength: 1, maxLength: 4 }),
      )
      .map(([flow, grafts]) =>
        grafts.reduce((each, [at, scrap]) => grafted(each, at, scrap), flow),
      );
    fc.assert(
      fc.property(flows, (flow) => {
        const text = JSON.stringify(flow, null, 2).replaceAll('"__proto__"', '"proto"');
        const lines = text.split("\n").length;
        for (const { range, message, hint } of [
          ...metaFindings(text),
          ...ownFindings(text, "2026-11-22"),
        ]) {
          expect(range.line).toBeGreaterThanOrEqual(1);
          expect(range.endLine).toBeLessThanOrEqual(lines);
          expect(message).toMatch(/^\S/);
          expect(hint).toMatch(/^\S/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("expressions and conditions of any text", () => {
  const SNIPPETS = [
    "${data.a}",
    "${form.b.c}",
    "${",
    "}",
    "'",
    "(",
    ")",
    "&&",
    "||",
    "==",
    "<",
    "+",
    "-",
    "%",
    "!",
    "1.5",
    "true",
    " ",
    "\\",
    "`",
    "x",
  ];
  const texts = fc
    .array(fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 3 })), { maxLength: 30 })
    .map((parts) => parts.join(""));

  it("are read or refused, with a place inside the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const parsed of [parseCondition(text), parseExpression(`\`${text}\``)]) {
          const offset = parsed.kind === "invalid" ? parsed.offset : 0;
          expect(offset).toBeLessThanOrEqual(text.length + 2);
        }
      }),
    );
  });

  it.each([
    ["parentheses", "(".repeat(100_000)],
    ["negations", `${"!".repeat(100_000)}\${data.a}`],
    ["sums", `${"1 + ".repeat(100_000)}1`],
    ["references that never end", "${".repeat(100_000)],
    ["quotes", "'".repeat(100_001)],
  ])("refuses a hundred thousand %s", (_, text) => {
    expect(parseExpression(`\`${text}\``).kind).toBe("invalid");
    expect(parseCondition(text).kind).toBe("invalid");
  });
});
