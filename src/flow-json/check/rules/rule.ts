// What a rule says and how it says it. A rule reads the flow and yields problems; who reports them,
// as errors of Meta's or as warnings of ours, is decided by the list the rule stands in.

import type { JsonSource } from "../../json-source.ts";
import { formatPath, type JsonPath, type JsonValue } from "../../json-value.ts";
import * as edit from "../edit.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FlowView } from "../flow-view.ts";

export type Problem = {
  readonly code: string;
  readonly at: JsonPath;
  /** Points at the key instead of its value. */
  readonly part?: "key";
  readonly message: string;
  readonly hint: string;
  readonly fix?: Edit | null;
};

/** A fix that is worked out once it is known where things stand. */
export type Edit = (source: JsonSource) => Fix;

/** Total: a flow whose shape is wrong is read as far as it goes. */
export type Rule = (flow: FlowView) => Iterable<Problem>;

export function replaceValue(at: JsonPath, value: JsonValue): Edit {
  return (source) => edit.replaceValue(source, at, value);
}

export function replaceKey(at: JsonPath, key: string): Edit {
  return (source) => edit.replaceKey(source, at, key);
}

/** Who has more problems of one kind reads no further; and a rule is not run beyond them. */
const MAX_PROBLEMS = 1000;

export function runRule(
  rule: Rule,
  view: FlowView,
  source: JsonSource,
  reportedBy: Pick<Finding, "source" | "severity">,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const problem of rule(view)) {
    findings.push(toFinding(source, problem, reportedBy));
    if (findings.length === MAX_PROBLEMS) break;
  }
  return findings;
}

function toFinding(
  source: JsonSource,
  problem: Problem,
  reportedBy: Pick<Finding, "source" | "severity">,
): Finding {
  const { code, at, part, message, hint, fix } = problem;
  return {
    code,
    ...reportedBy,
    path: formatPath(at),
    range: source.locate(at, part),
    message,
    hint,
    fix: fix?.(source) ?? null,
  };
}
