// What a finished test run comes to: the counts of the last line, what could
// not run for want of a part, and whether the run as a whole is a failure.

import type { TestModule, TestSuite } from "vitest/node";

export type Summary = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Skipped tests by the title of the part they lacked. */
  readonly lacking: ReadonlyMap<string, readonly string[]>;
};

/**
 * Counts tests. What broke outside any test (a file that does not load, a hook,
 * an unhandled rejection) counts as one failure each, so that the last line
 * never says "0 failed" of a run that broke.
 */
export function summarize(
  modules: readonly TestModule[],
  unhandledErrors: readonly unknown[],
): Summary {
  const lacking = new Map<string, string[]>();
  const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    for (const group of [module, ...module.children.allSuites()]) {
      if (group.errors().length > 0) count.failed += 1;
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test still pending when the run ended did not pass.
      count[state === "pending" ? "failed" : state] += 1;
      const part = state === "skipped" ? missingPart(test.parent) : undefined;
      if (part !== undefined) {
        lacking.set(part, [...(lacking.get(part) ?? []), test.fullName]);
      }
    }
  }
  return { ...count, lacking };
}

function missingPart(group: TestSuite | TestModule): string | undefined {
  if (group.type === "module") return undefined;
  return group.meta().missingPart ?? missingPart(group.parent);
}

/** Why the run fails; empty when it does not. */
export function failures(summary: Summary, options: { readonly ci: boolean }): readonly string[] {
  return [
    ...(summary.failed > 0 ? [`${summary.failed} failed`] : []),
    ...(summary.passed + summary.failed === 0 ? ["no test ran"] : []),
    ...(options.ci && summary.lacking.size > 0 ? ["with CI=true every part must be there"] : []),
  ];
}

/** The banner that names what did not run; empty when everything ran. */
export function lackingBanner(summary: Summary): string {
  if (summary.lacking.size === 0) return "";
  const rule = "!".repeat(78);
  const parts = [...summary.lacking].map(([part, tests]) =>
    [`NOT TESTED, this machine has no ${part}:`, ...tests.map((test) => `  - ${test}`)].join("\n"),
  );
  return ["", rule, ...parts, rule, ""].join("\n");
}

/** The last line of the run. */
export function lastLine(summary: Summary): string {
  const skipped = summary.skipped > 0 ? `, ${summary.skipped} skipped` : "";
  return `${summary.passed} passed, ${summary.failed} failed${skipped}`;
}
