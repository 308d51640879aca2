// Figures as a table: drawn for a terminal, plain for a pipe, Markdown for bench/README.md.

import { styleText } from "node:util";
import type { Figure } from "./figure.ts";
import { median, range } from "./statistics.ts";

const HEADINGS = ["", "median", "lowest", "highest", "unit"] as const;

type Row = readonly string[];

/** Aligned columns; with lines and colour where `isTerminal`. */
export function formatTable(figures: readonly Figure[], isTerminal: boolean): string {
  const rows = [HEADINGS, ...figures.map(toRow)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = rows.map((row) => alignRow(row, widths));
  if (!isTerminal) return lines.map((line) => line.trimEnd()).join("\n");
  const [heading = "", ...body] = lines;
  const rule = styleText("dim", "─".repeat(heading.length));
  return [rule, styleText("bold", heading), rule, ...body, rule].join("\n");
}

export function formatMarkdown(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ["---", "--:", "--:", "--:", "---"], ...figures.map(toRow)];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function toRow({ label, unit, samples }: Figure): Row {
  const { min, max } = range(samples);
  return samples.length === 1
    ? [label, formatNumber(median(samples)), "", "", unit]
    : [label, ...[median(samples), min, max].map(formatNumber), unit];
}

/** The name left, figures right. */
function alignRow(row: Row, widths: readonly number[]): string {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 0;
    const isFigure = column > 0 && column < HEADINGS.length - 1;
    return isFigure ? cell.padStart(width) : cell.padEnd(width);
  });
  return cells.join("  ");
}

/** Three significant digits, whole from a hundred on. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : 2);
}
