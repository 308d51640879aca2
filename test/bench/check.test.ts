// The check of `npm run bench -- --check`, put to the test: it must notice a server that has become slower. What an
// exchange costs in absolute terms depends on what else the machine does; so the budget is what another server costs in
// the same minutes.

import { beforeAll, describe, expect, it } from "vitest";
import type { ExchangeEffort } from "../../bench/exchange.ts";
import { checkAgainst, compareWithSlowed, type Sensitivity } from "../../bench/sensitivity.ts";

const EFFORT: ExchangeEffort = {
  rounds: 9,
  visitsPerRound: 96,
  rsaOperations: 100,
  warmUpVisits: 640,
  aloneRounds: 0,
  sequentialVisits: 0,
};

describe("the check of the cost of an exchange", () => {
  let measured: Sensitivity;

  beforeAll(async () => {
    measured = await compareWithSlowed(EFFORT, () => {});
  }, 120_000);

  it("passes a server that costs what it should", () => {
    const verdict = checkAgainst(measured.measure, measured.same);

    expect(verdict).toMatchObject({ kind: "within" });
  });

  it("fails a server that a module makes 30 percent slower", () => {
    const verdict = checkAgainst(measured.measure, measured.slowed);

    expect(verdict).toMatchObject({ kind: "over" });
  });
});
