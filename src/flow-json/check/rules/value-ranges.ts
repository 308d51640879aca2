// Pairs of properties where the lower bound must not be above the upper one.

import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

const PAIRS = [
  ["min-chars", "max-chars"],
  ["min-selected-items", "max-selected-items"],
  ["min-uploaded-photos", "max-uploaded-photos"],
  ["min-uploaded-documents", "max-uploaded-documents"],
] as const;

export function* valueRanges({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    for (const pair of PAIRS) {
      const [low, high] = pair;
      const min = properties[low];
      const max = properties[high];
      if (typeof min !== "number" || typeof max !== "number" || min <= max) continue;
      for (const property of pair) {
        yield {
          code: "MIN_VALUE_GREATER_THAN_MAX",
          at: [...path, property],
          message: `${low} of this ${type} is greater than its ${high}`,
          hint: `swap the two, or lower ${low} to ${max}`,
        };
      }
    }
  }
}
