// `--fix`: every fix that findings carry, written into the text, again and again until none is left. One may uncover
// the next: a property that is spelt right has a value that can be wrong.

import { type CheckOptions, checkFlowJson, type CheckResult } from "./check-flow-json.ts";
import type { Edit, Finding } from "./finding.ts";
import { createTextLines, type TextLines } from "../text-lines.ts";

export type FixedFlowJson = {
  readonly text: string;
  /** What was mended. Positions are those of the text at that moment. */
  readonly fixed: readonly Finding[];
  /** What is left. */
  readonly result: CheckResult;
};

/** Far more than faults ever hide behind each other; two fixes that undo one another end here. */
const MAX_ROUNDS = 20;

export function fixFlowJson(original: string, options: CheckOptions = {}): FixedFlowJson {
  const fixed: Finding[] = [];
  let text = original;
  let result = checkFlowJson(text, options);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const applied = applyFixes(text, result.findings);
    if (applied.text === text) break;
    ({ text } = applied);
    fixed.push(...applied.fixed);
    result = checkFlowJson(text, options);
  }
  return { text, fixed, result };
}

/** Applies all fixes that do not touch each other; of those that do, the first. */
export function applyFixes(
  text: string,
  findings: readonly Finding[],
): { readonly text: string; readonly fixed: readonly Finding[] } {
  const lines = createTextLines(text);
  const accepted: Span[] = [];
  const fixed: Finding[] = [];
  for (const finding of findings) {
    if (finding.fix === null) continue;
    const edits = [finding.fix, ...(finding.fix.also ?? [])].map((edit) => spanOf(edit, lines));
    if (edits.some((edit) => accepted.some((other) => touch(edit, other)))) continue;
    accepted.push(...edits);
    fixed.push(finding);
  }
  let from = 0;
  const pieces: string[] = [];
  for (const { start, end, text: insertion } of accepted.toSorted((a, b) => a.start - b.start)) {
    pieces.push(text.slice(from, start), insertion);
    from = end;
  }
  return { text: pieces.join("") + text.slice(from), fixed };
}

type Span = { readonly start: number; readonly end: number; readonly text: string };

function spanOf({ range, text }: Edit, lines: TextLines): Span {
  return {
    start: lines.offsetAt(range.line, range.column),
    end: lines.offsetAt(range.endLine, range.endColumn),
    text,
  };
}

/** Two insertions at one place do, too: which comes first would matter. */
function touch(a: Span, b: Span): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
