// Results go to standard output, everything else to standard error, so that a command's output can be piped.

import { once } from "node:events";

export function writeResult(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** As `writeResult`, for output of any length: resolves when there is room for more. */
export async function streamResult(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, "drain");
}

export function writeJson(value: unknown): void {
  writeResult(JSON.stringify(value, null, 2));
}

export function writeProgress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows under headings, columns as wide as their widest cell. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [headings, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
