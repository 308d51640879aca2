import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Budgets, checkBudgets } from "../../bench/budget.ts";
import type { Figure } from "../../bench/figure.ts";

const BUDGETS: Budgets = { "exchange.cpuRatio": { budget: 1.5, tolerance: 0.2 } };

function ratioOf(...samples: readonly number[]): readonly Figure[] {
  return [{ key: "exchange.cpuRatio", label: "CPU of an exchange", unit: "×", samples }];
}

function kindsOf(figures: readonly Figure[]): readonly string[] {
  return checkBudgets(BUDGETS, figures).map(({ kind }) => kind);
}

describe("a budget", () => {
  it.each([
    ["below it", 1.2, "within"],
    ["inside the tolerance", 1.69, "within"],
    ["at the end of the tolerance", 1.7, "within"],
    ["beyond the tolerance", 1.71, "over"],
    ["that is no number", NaN, "over"],
  ])("meets a figure %s", (_name, sample, expected) => {
    expect(kindsOf(ratioOf(sample))).toEqual([expected]);
  });

  it("forgives rounds that something else on the machine disturbed", () => {
    expect(kindsOf(ratioOf(1.5, 1.5, 1.5, 2.9, 2.9, 2.9, 2.9, 2.9))).toEqual(["within"]);
  });

  it("does not pass on one lucky round", () => {
    expect(kindsOf(ratioOf(0.1, 2, 2, 2, 2, 2, 2, 2, 2))).toEqual(["over"]);
  });

  it("says what was measured and what is allowed", () => {
    const [verdict] = checkBudgets(BUDGETS, ratioOf(2));

    expect(verdict?.line).toBe(
      "exchange.cpuRatio: 2.00 × in the lower quartile of 1 rounds is over the budget of 1.5 with its tolerance of 0.2",
    );
  });

  it("is not met by a figure that nobody measured", () => {
    expect(() => checkBudgets(BUDGETS, [])).toThrow(/exchange\.cpuRatio/);
  });
});

describe("bench/budget.json", () => {
  it("holds a positive budget and tolerance for the cost of an exchange", () => {
    const url = new URL("../../bench/budget.json", import.meta.url);
    const budgets: unknown = JSON.parse(readFileSync(url, "utf8"));

    expect(budgets).toEqual({
      "exchange.cpuRatio": { budget: expect.any(Number), tolerance: expect.any(Number) },
    });
    const [budget] = Object.values(budgets as Budgets);
    expect(budget?.budget).toBeGreaterThan(1);
    expect(budget?.tolerance).toBeGreaterThan(0);
  });
});
