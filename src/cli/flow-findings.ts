// A flow.json held against the linter, and its findings as people read them: the place, the line and the remedy.

import { isUtf8 } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";
import { styleText } from "node:util";
import { systemClock } from "../app/clock.ts";
import {
  type CheckOptions,
  checkFlowJson,
  type CheckResult,
} from "../flow-json/check/check-flow-json.ts";
import type { Finding } from "../flow-json/check/finding.ts";
import { fixFlowJson } from "../flow-json/check/fix-flow-json.ts";
import { createTextLines } from "../flow-json/text-lines.ts";
import { formatCodeFrame } from "./code-frame.ts";
import { writeProgress } from "./output.ts";

export type CheckedFile = CheckResult & { readonly file: string; readonly text: string };

/** With `fix`, what can be mended without a decision is written to the file first. */
export async function checkFlowFile(
  file: string,
  { asMeta, fix }: { readonly asMeta?: true; readonly fix?: true } = {},
): Promise<CheckedFile> {
  const bytes = await readFile(file);
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes)) return { file, text, version: null, findings: [NOT_UTF8] };

  const options: CheckOptions = {
    mode: asMeta === true ? "meta" : "all",
    today: systemClock.now().toISOString().slice(0, 10),
  };
  if (fix !== true) return { file, text, ...checkFlowJson(text, options) };
  const mended = fixFlowJson(text, options);
  if (mended.text !== text) {
    await writeFile(file, mended.text);
    writeProgress(`${file}: ${amount(mended.fixed.length, "fix", "fixes")} written`);
  }
  return { file, text: mended.text, ...mended.result };
}

const NOT_UTF8: Finding = {
  code: "INVALID_FLOW_JSON",
  severity: "error",
  source: "meta",
  path: "",
  range: { line: 1, column: 1, endLine: 1, endColumn: 1 },
  message: "the file is not UTF-8 text",
  hint: "save it as UTF-8",
  fix: null,
};

/** One text for each finding, made as it is asked for, with colour where `stream` is a terminal. */
export function* formatFindings(
  { file, text, findings }: CheckedFile,
  stream: NodeJS.WritableStream,
): Generator<string> {
  const style = (format: "bold" | "dim" | "red" | "yellow", words: string): string =>
    styleText(format, words, { stream });
  const lines = createTextLines(text);
  for (const { code, severity, range, message, hint, path: at } of findings) {
    const colour = severity === "error" ? "red" : "yellow";
    yield [
      `${style("bold", `${file}:${range.line}:${range.column}`)} ${style(colour, severity)} ${message}`,
      formatCodeFrame(lines, range),
      `  ${hint}`,
      `  ${style("dim", at === "" ? code : `${code} at ${at}`)}`,
      "",
    ].join("\n");
  }
}

/** How many there are of each kind, in words. */
export function summarize(checked: readonly CheckedFile[]): string {
  const errors = amount(countFindings(checked, "error"), "error", "errors");
  const warnings = amount(countFindings(checked, "warning"), "warning", "warnings");
  return `${errors}, ${warnings} in ${amount(checked.length, "file", "files")}`;
}

export function countFindings(
  checked: readonly CheckedFile[],
  severity: Finding["severity"],
): number {
  return checked.flatMap(({ findings }) => findings).filter((f) => f.severity === severity).length;
}

function amount(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
