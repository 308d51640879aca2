// Offsets of a text as lines and columns, and back. Both are 1-based; a column counts UTF-16 units, as editors do.

import type { JsonRange } from "./json-source.ts";

export interface TextLines {
  range(start: number, end: number): JsonRange;
  /** Clamped to the text, so that a range from elsewhere cannot point beside it. */
  offsetAt(line: number, column: number): number;
  /** Without its line break; empty for a line there is not. */
  line(number: number): string;
}

export function createTextLines(text: string): TextLines {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);

  const positionAt = (offset: number): { readonly line: number; readonly column: number } => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };

  return {
    range(start, end) {
      const from = positionAt(start);
      const to = positionAt(end);
      return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
    },
    offsetAt: (line, column) =>
      Math.min(text.length, (starts[line - 1] ?? text.length) + Math.max(0, column - 1)),
    line(number) {
      const start = starts[number - 1];
      if (start === undefined) return "";
      return text.slice(start, (starts[number] ?? text.length + 1) - 1).replace(/\r$/, "");
    },
  };
}
