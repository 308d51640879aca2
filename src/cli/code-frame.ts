// The lines of a file around a finding, with the place underlined. Of a line without end, as a minified file has, only
// the part around the place is shown.

import type { JsonRange } from "../flow-json/json-source.ts";
import type { TextLines } from "../flow-json/text-lines.ts";

const MAX_WIDTH = 100;

/** Shown before the place, where the line is cut. */
const LEAD = 40;

export function formatCodeFrame(lines: TextLines, range: JsonRange): string {
  const cut = lines.line(range.line).length > MAX_WIDTH ? Math.max(0, range.column - 1 - LEAD) : 0;
  const gutter = String(range.line).length;
  const show = (number: number): string =>
    `${String(number).padStart(gutter)} | ${printable(lines.line(number).slice(cut, cut + MAX_WIDTH))}`;

  const content = lines.line(range.line).slice(cut, cut + MAX_WIDTH);
  const start = range.column - 1 - cut;
  const end = range.endLine === range.line ? range.endColumn - 1 - cut : content.length;
  const width = Math.max(1, widthOf(content.slice(start, end)));
  const underline = " ".repeat(widthOf(content.slice(0, start))) + "^".repeat(width);
  return [
    ...(range.line > 1 ? [`  ${show(range.line - 1)}`] : []),
    `> ${show(range.line)}`,
    `  ${" ".repeat(gutter)} | ${underline}`,
  ].join("\n");
}

/** A terminal must not obey what stands in a file. */
function printable(line: string): string {
  return line.replaceAll("\t", " ").replaceAll(/\p{Cc}/gu, "·");
}

function widthOf(text: string): number {
  return Array.from(new Intl.Segmenter().segment(text)).length;
}
