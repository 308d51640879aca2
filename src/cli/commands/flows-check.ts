// flowpoint flows check [path...] [--as-meta] [--fix] [--json]

import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { chooseHandlerFolders } from "../../app/handler-folders.ts";
import { CommandFailed } from "../command-failed.ts";
import { findFlowFiles, NoFlowFiles } from "../flow-files.ts";
import {
  type CheckedFile,
  checkFlowFile,
  countFindings,
  formatFindings,
  summarize,
} from "../flow-findings.ts";
import { streamResult, writeJson, writeProgress } from "../output.ts";

type Options = { readonly asMeta?: true; readonly fix?: true; readonly json?: true };

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
        checked.push(await checkFlowFile(file, options));
      }
      if (options.json === true) writeJson(checked.map(toJson));
      else await report(checked);
      if (countFindings(checked, "error") > 0) throw new CommandFailed();
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
  for (const file of checked) {
    for (const finding of formatFindings(file, process.stdout)) await streamResult(finding);
  }
  writeProgress(summarize(checked));
}
