// What Meta's upload accepts and people stumble over all the same, and what Meta refuses in other
// versions than this one.

import type { CheckedFlow, Finding } from "../finding.ts";
import { viewFlow } from "../flow-view.ts";
import { metaSkips } from "../rules/check-rules.ts";
import { type Rule, runRule } from "../rules/rule.ts";
import { blankConditions, insecureLinks, manyComponents, oldVersion } from "./advice.ts";
import { ambiguousPayloads } from "./ambiguous-payloads.ts";
import { branchFooters } from "./branch-footers.ts";
import { impossibleDates, pastRanges } from "./dates.ts";
import { circularRoutes, deadEnds, endlessRoutes } from "./dead-ends.ts";
import { images } from "./images.ts";
import { bindingsInsideText, literalReferences, titleBindings } from "./literal-references.ts";
import { missingInputs } from "./missing-inputs.ts";
import { optionCounts, optionIds, presetOptions } from "./option-lists.ts";
import { errorKeys, reservedScreenIds } from "./reserved-names.ts";
import { secretsInCompletion } from "./secrets.ts";
import { textLengths } from "./text-lengths.ts";
import { unfillableInputs } from "./unfillable-inputs.ts";
import { unusedNames } from "./unused-names.ts";

/** The flow does not work. */
const ERRORS: readonly Rule[] = [
  literalReferences,
  missingInputs,
  reservedScreenIds,
  errorKeys,
  optionCounts,
  optionIds,
  branchFooters,
  impossibleDates,
  blankConditions,
];

/** The flow works, but not as it reads, or not for everybody. */
const WARNINGS: readonly Rule[] = [
  bindingsInsideText,
  titleBindings,
  textLengths,
  presetOptions,
  images,
  unfillableInputs,
  deadEnds,
  endlessRoutes,
  circularRoutes,
  unusedNames,
  secretsInCompletion,
  ambiguousPayloads,
  insecureLinks,
  manyComponents,
  oldVersion,
];

export type OwnOptions = {
  /** YYYY-MM-DD; `null`: nothing is said of dates that have passed. */
  readonly today: string | null;
};

/** Our findings. Total: whatever has the wrong shape is passed over. */
export function checkOwnRules(flow: CheckedFlow, { today }: OwnOptions): readonly Finding[] {
  const view = viewFlow(flow);
  const report = (rules: readonly Rule[], severity: Finding["severity"]): readonly Finding[] =>
    rules.flatMap((rule) => runRule(rule, view, flow.source, { source: "flowpoint", severity }));
  const dated = today === null ? [] : [pastRanges(today)];
  return [
    ...report(ERRORS, "error"),
    ...report([...WARNINGS, ...dated, ...metaSkips(flow.version)], "warning"),
  ];
}
