// Two JSON texts line by line, as a patch shows them. How they are laid out does not count: Meta may do that anew.

import { diff } from "node:util";

export type DiffLine = {
  readonly kind: "same" | "added" | "removed" | "gap";
  readonly text: string;
};

/** Lines kept around each change. */
const CONTEXT = 2;

/** @returns nothing where both say the same */
export function diffJson(before: string, after: string): readonly DiffLine[] {
  const lines = diff(layOut(before), layOut(after)).map(([sign, text]): DiffLine => ({
    kind: sign === 0 ? "same" : sign === 1 ? "removed" : "added",
    text,
  }));
  const isNearChange = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== "same"),
  );
  return lines.flatMap((line, at): readonly DiffLine[] => {
    if (isNearChange[at] === true) return [line];
    // One for all that is left out, and only between what is shown.
    const isInner = isNearChange[at - 1] === true && isNearChange.includes(true, at);
    return isInner ? [{ kind: "gap", text: "…" }] : [];
  });
}

/** @returns its lines as they are, where it is no JSON */
function layOut(text: string): string[] {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).split("\n");
  } catch {
    return text.split("\n");
  }
}
