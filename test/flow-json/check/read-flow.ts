// What one half of the linter says of a flow, without the other half.

import { checkOwnRules } from "../../../src/flow-json/check/own/check-own-rules.ts";
import type { Finding } from "../../../src/flow-json/check/finding.ts";
import { checkRules } from "../../../src/flow-json/check/rules/check-rules.ts";
import { isJsonObject } from "../../../src/flow-json/json-value.ts";
import { parseJsonSource } from "../../../src/flow-json/parse-json-source.ts";
import { type FlowJsonVersion, isFlowJsonVersion } from "../../../src/flow-json/versions.ts";

export function metaFindings(text: string): readonly Finding[] {
  return checkRules(readFlow(text));
}

export function ownFindings(text: string, today: string | null = null): readonly Finding[] {
  return checkOwnRules(readFlow(text), { today });
}

/** `CODE at path`, in the order in which they were reported. */
export function placesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, path }) => `${code} at ${path}`);
}

/** The text with a finding's fix made. */
export function withFix(text: string, { fix }: Finding): string {
  if (fix === null) throw new Error("the finding has no fix");
  const lines = text.split("\n");
  const { line, column, endLine, endColumn } = fix.range;
  const before = [...lines.slice(0, line - 1), (lines[line - 1] ?? "").slice(0, column - 1)];
  const after = [(lines[endLine - 1] ?? "").slice(endColumn - 1), ...lines.slice(endLine)];
  return before.join("\n") + fix.text + after.join("\n");
}

function readFlow(text: string): Parameters<typeof checkRules>[0] {
  const source = parseJsonSource(text);
  const written = isJsonObject(source.value) ? source.value["version"] : undefined;
  const version: FlowJsonVersion =
    typeof written === "string" && isFlowJsonVersion(written) ? written : "7.3";
  return { source, version };
}
