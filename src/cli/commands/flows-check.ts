// flowpoint flows check [path...] [--as-meta] [--fix] [--json]

import { isUtf8 } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { styleText } from "node:util";
import { Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadSettings } from "../../app/environment.ts";
import { chooseHandlerFolders } from "../../app/handler-folders.ts";
import { type CheckOptions, checkFlowJson } from "../../flow-json/check/check-flow-json.ts";
import type { Finding } from "../../flow-json/check/finding.ts";
import { fixFlowJson } from "../../flow-json/check/fix-flow-json.ts";
import { createTextLines } from "../../flow-json/check/text-lines.ts";
import { formatCodeFrame } from "../code-frame.ts";
import { CommandFailed } from "../command-failed.ts";
import { findFlowFiles, NoFlowFiles } from "../flow-files.ts";
import { streamResult, writeJson, writeProgress } from "../output.ts";

type Options = { readonly asMeta?: true; readonly fix?: true; readonly json?: true };

type CheckedFile = {
  readonly file: string;
  readonly text: string;
  readonly version: string | null;
  readonly findings: readonly Finding[];
};

export function flowsCheckCommand(): Command {
  return new Command("check")
    .description("find what is wrong with Flow JSON, as Meta's upload would and beyond")
    .argument("[path...]", "files or folders; none stands for all flows under HANDLERS_DIR")
    .option("--as-meta", "report exactly what Meta's upload would")
    .option("--fix", "write what can be mended without a decision")
    .option("--json", "print JSON")
    .action(async (paths: readonly string[], options: Options, command: Command) => {
      const checked: CheckedFile[] = [];
      for (const file of await chooseFiles(paths, command)) {
        checked.push(await checkFile(file, options));
      }
      if (options.json === true) writeJson(checked.map(toJson));
      else await report(checked);
      if (count(checked, "error") > 0) throw new CommandFailed();
    });
}

async function chooseFiles(paths: readonly string[], command: Command): Promise<readonly string[]> {
  if (paths.length === 0) {
    const folders = await chooseHandlerFolders(loadSettings("files").HANDLERS_DIR, []);
    return folders.map(({ folder }) => shortPath(path.join(folder, "flow.json")));
  }
  try {
    return await findFlowFiles(paths);
  } catch (error) {
    if (!(error instanceof NoFlowFiles)) throw error;
    return command.error(error.message);
  }
}

/** As somebody in this folder would write it. */
function shortPath(file: string): string {
  const relative = path.relative("", file);
  return relative.startsWith("..") ? file : relative;
}

async function checkFile(file: string, options: Options): Promise<CheckedFile> {
  const bytes = await readFile(file);
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes)) return { file, text, version: null, findings: [NOT_UTF8] };

  const check: CheckOptions = {
    mode: options.asMeta === true ? "meta" : "all",
    today: systemClock.now().toISOString().slice(0, 10),
  };
  if (options.fix !== true) return { file, text, ...checkFlowJson(text, check) };
  const mended = fixFlowJson(text, check);
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

function toJson({ file, version, findings }: CheckedFile) {
  return {
    file,
    version,
    findings: findings.map(({ code, severity, source, path: at, range, message, hint }) => ({
      code,
      severity,
      source,
      path: at,
      line: range.line,
      column: range.column,
      message,
      hint,
    })),
  };
}

async function report(checked: readonly CheckedFile[]): Promise<void> {
  for (const { file, text, findings } of checked) {
    const lines = createTextLines(text);
    for (const finding of findings) {
      const { code, severity, range, message, hint, path: at } = finding;
      const colour = severity === "error" ? "red" : "yellow";
      await streamResult(
        [
          `${style("bold", `${file}:${range.line}:${range.column}`)} ${style(colour, severity)} ${message}`,
          formatCodeFrame(lines, range),
          `  ${hint}`,
          `  ${style("dim", at === "" ? code : `${code} at ${at}`)}`,
          "",
        ].join("\n"),
      );
    }
  }
  const errors = amount(count(checked, "error"), "error", "errors");
  const warnings = amount(count(checked, "warning"), "warning", "warnings");
  writeProgress(`${errors}, ${warnings} in ${amount(checked.length, "file", "files")}`);
}

function style(format: "bold" | "dim" | "red" | "yellow", text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

function count(checked: readonly CheckedFile[], severity: Finding["severity"]): number {
  return checked.flatMap(({ findings }) => findings).filter((f) => f.severity === severity).length;
}

function amount(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
