// Would the check notice? Three servers are measured by turns: one that sets the measure, one that is the same, and one
// that a module slows down by 30 percent. The check must pass the second and fail the third, whatever else the machine
// is doing.

import { type Budget, type BudgetVerdict, checkBudgets } from "./budget.ts";
import { compareExchange, type ExchangeEffort } from "./exchange.ts";
import type { Figure } from "./figure.ts";
import { quantile } from "./statistics.ts";

export const SLOW_DOWN_PERCENT = 30;

/** What of the measured cost a machine may add before the check fails: half of what it must notice. */
const TOLERATED = 0.15;

const EFFORT: ExchangeEffort = {
  rounds: 15,
  visitsPerRound: 240,
  rsaOperations: 300,
  warmUpVisits: 2_000,
  aloneRounds: 0,
  sequentialVisits: 0,
};

/** Options of a server that costs more than it should. */
export function slowedDown(percent: number): {
  readonly settings: Readonly<Record<string, string>>;
  readonly preload: URL;
} {
  return {
    settings: { BENCH_SLOW_DOWN: String(percent) },
    preload: new URL("./slow-down.ts", import.meta.url),
  };
}

export type Sensitivity = {
  readonly measure: Figure;
  readonly same: Figure;
  readonly slowed: Figure;
};

export async function compareWithSlowed(
  effort: ExchangeEffort,
  note: (progress: string) => void,
): Promise<Sensitivity> {
  const servers = [{}, {}, slowedDown(SLOW_DOWN_PERCENT)];
  const [measure, same, slowed] = await compareExchange(effort, servers, note);
  if (measure === undefined || same === undefined || slowed === undefined) {
    throw new RangeError("three servers have three figures");
  }
  return { measure, same, slowed };
}

/** Holds a server's figure against a budget that is what another one cost in the same minutes. */
export function checkAgainst(measure: Figure, figure: Figure): BudgetVerdict {
  const cost = quantile(measure.samples, 0.25);
  const budget: Budget = { budget: cost, tolerance: cost * TOLERATED };
  const [verdict] = checkBudgets({ [figure.key]: budget }, [figure]);
  if (verdict === undefined) throw new RangeError("a budget has a verdict");
  return verdict;
}

export async function measureSensitivity(
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  const { measure, same, slowed } = await compareWithSlowed(EFFORT, note);
  const against = (figure: Figure): readonly number[] =>
    figure.samples.map((sample, round) => sample / (measure.samples[round] ?? NaN));
  return [
    {
      key: "sensitivity.same",
      label: "the same server again ÷ the first",
      unit: "×",
      samples: against(same),
    },
    {
      key: "sensitivity.slowed",
      label: `a server made ${SLOW_DOWN_PERCENT} % slower ÷ the first`,
      unit: "×",
      samples: against(slowed),
    },
  ];
}
