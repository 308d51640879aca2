// The linter: everything wrong with a flow.json, in one list. Meta's upload stops after the first phase that fails, so
// that one misspelt property hides every faulty route; here no phase hides another, unless that is asked for.

import { type CheckedDocument, checkDocument } from "./check-document.ts";
import type { CheckedFlow, Finding } from "./finding.ts";
import { checkOwnRules } from "./own/check-own-rules.ts";
import { checkRules } from "./rules/check-rules.ts";
import { checkSchema } from "./schema/check-schema.ts";

export type CheckResult = {
  /** As it is written; `null` where there is none, or no string. */
  readonly version: string | null;
  readonly findings: readonly Finding[];
};

export type CheckOptions = {
  /**
   * `all` (the default): every phase, Meta's rules and ours, each fault once, in the order of the text. `meta`: what
   * Meta's upload would report, in its order, with what it says twice.
   */
  readonly mode?: "all" | "meta";
  /** YYYY-MM-DD, for warnings about dates that have passed; absent: not checked. */
  readonly today?: string;
};

/** Never throws, whatever the text holds. */
export function checkFlowJson(text: string, options: CheckOptions = {}): CheckResult {
  const document = checkDocument(text);
  const findings =
    options.mode === "meta"
      ? findAsMeta(document)
      : arrange([
          ...document.findings,
          ...document.ownFindings,
          ...(document.flow === null ? [] : findAll(document.flow, options.today ?? null)),
        ]);
  return { version: document.version, findings: findings.map(inFewWords) };
}

/** Far more than words need. What is quoted in them may have the length of the whole file. */
const MAX_WORDS = 1000;

function inFewWords(finding: Finding): Finding {
  return { ...finding, message: cut(finding.message), hint: cut(finding.hint) };
}

function cut(words: string): string {
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS).toWellFormed()}…` : words;
}

function findAsMeta({ findings, flow }: CheckedDocument): readonly Finding[] {
  if (findings.length > 0 || flow === null) return findings;
  const shape = checkSchema(flow).map(({ finding }) => finding);
  const fatal = shape.find(({ code }) => code === "INVALID_FLOW_JSON");
  if (fatal !== undefined) return [fatal];
  if (shape.length === 0) return checkRules(flow);
  // In this phase one code is reported once for a path.
  return uniqueBy(shape, ({ code, path }) => `${code} ${path}`);
}

function findAll(flow: CheckedFlow, today: string | null): readonly Finding[] {
  return [
    ...checkSchema(flow)
      .filter(({ isEcho }) => !isEcho)
      .map(({ finding }) => finding),
    ...checkRules(flow),
    ...checkOwnRules(flow, { today }),
  ];
}

function arrange(findings: readonly Finding[]): readonly Finding[] {
  const distinct = uniqueBy(findings, ({ code, path, message }) =>
    JSON.stringify([code, path, message]),
  );
  return distinct.toSorted(
    (left, right) => left.range.line - right.range.line || left.range.column - right.range.column,
  );
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
