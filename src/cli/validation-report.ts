// What Meta finds wrong with a flow.json, shown at the lines of the file.

import { createTextLines } from "../flow-json/text-lines.ts";
import type { ValidationError } from "../graph/flows.ts";
import { formatCodeFrame } from "./code-frame.ts";

/** One text for each. */
export function formatValidationErrors(
  file: string,
  text: string,
  errors: readonly ValidationError[],
): readonly string[] {
  const lines = createTextLines(text);
  return errors.map(({ code, message, path, ...range }) => {
    const place = path === "" ? code : `${code} at ${path}`;
    // Meta writes zeros where it means the document.
    if (range.line === 0) return `${file} ${message}\n  ${place}\n`;
    return [
      `${file}:${range.line}:${range.column} ${message}`,
      formatCodeFrame(lines, range),
      `  ${place}`,
      "",
    ].join("\n");
  });
}
