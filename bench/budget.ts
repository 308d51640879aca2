// Holds figures against budget.json. The budget is what is promised; the tolerance is what a noisy machine may add
// before a check fails. Compared is the lower quartile of the rounds: what else runs on the machine only ever adds to
// processor time, so the lower rounds tell more of the code, and a quarter of them no single lucky one.

import type { Figure } from "./figure.ts";
import { quantile } from "./statistics.ts";

export type Budget = { readonly budget: number; readonly tolerance: number };

/** Budgets by the key of a figure. */
export type Budgets = Readonly<Record<string, Budget>>;

export type BudgetVerdict = {
  readonly kind: "within" | "over";
  /** One line that says what was measured and what is allowed. */
  readonly line: string;
};

/**
 * One verdict for each budget.
 *
 * @throws RangeError for a budget that no figure answers to: a check that measures nothing must not pass
 */
export function checkBudgets(
  budgets: Budgets,
  figures: readonly Figure[],
): readonly BudgetVerdict[] {
  return Object.entries(budgets).map(([key, budget]) => {
    const figure = figures.find((candidate) => candidate.key === key);
    if (figure === undefined)
      throw new RangeError(`budget.json names ${key}, which nothing measures`);
    return checkBudget(figure, budget);
  });
}

function checkBudget(figure: Figure, { budget, tolerance }: Budget): BudgetVerdict {
  const value = quantile(figure.samples, 0.25);
  const limit = budget + tolerance;
  // Written so that a value that is no number is over.
  const kind = value <= limit ? "within" : "over";
  const line =
    `${figure.key}: ${value.toFixed(2)} ${figure.unit} in the lower quartile of ${figure.samples.length} rounds ` +
    `is ${kind} the budget of ${budget} with its tolerance of ${tolerance}`;
  return { kind, line };
}
