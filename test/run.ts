// `npm test`: makes sure of the real programs that tests need, runs vitest in
// this very process (so a signal reaches it, and nothing is left behind), names
// what could not run, and ends with the plain line `N passed, M failed`.
// Arguments are vitest's own: `npm test -- test/protocol -t "wrong tag"`.

import { constants } from "node:os";
import { inspect } from "node:util";
import { parseCLI, startVitest } from "vitest/node";
import { installParts, InterruptedError } from "./parts/install-parts.ts";
import { failures, lackingBanner, lastLine, summarize, type Summary } from "./parts/summary.ts";

async function runTests(): Promise<Summary> {
  const { filter, options } = parseCLI(["vitest", "run", ...process.argv.slice(2)]);
  const vitest = await startVitest(filter, { ...options, watch: false });
  try {
    return summarize(vitest.state.getTestModules(), vitest.state.getUnhandledErrors());
  } finally {
    await vitest.close();
  }
}

async function main(): Promise<number> {
  await installParts();
  const summary = await runTests();
  const reasons = failures(summary, { ci: process.env["CI"] === "true" });
  process.stderr.write(lackingBanner(summary));
  if (reasons.length > 0) process.stderr.write(`the test run fails: ${reasons.join("; ")}\n`);
  process.stdout.write(`${lastLine(summary)}\n`);
  return reasons.length === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  if (error instanceof InterruptedError) process.exit(128 + constants.signals[error.signal]);
  process.stderr.write(`${inspect(error)}\n`);
  process.stdout.write("0 passed, 1 failed\n");
  process.exit(1);
}
