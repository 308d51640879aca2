// flowpoint flows scaffold [flow.json] [--from flow] [--name name] [--to folder]

import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { FlowJsonError } from "../../flow-json/flow-json-error.ts";
import { FLOW_NAME_RULE, isFlowName } from "../../flows/load-handlers.ts";
import { CommandFailed } from "../command-failed.ts";
import { checkFlowFile, countFindings, formatFindings, summarize } from "../flow-findings.ts";
import { writeProgress, writeResult } from "../output.ts";
import {
  filesForFlow,
  filesFromShippedFlow,
  listShippedFlows,
} from "../scaffold/scaffold-files.ts";
import {
  type FolderSite,
  type HandlerFiles,
  siteOf,
  writeHandlerFolder,
} from "../scaffold/write-handler-folder.ts";

type Options = { readonly from?: string; readonly name?: string; readonly to?: string };

export function flowsScaffoldCommand(): Command {
  return new Command("scaffold")
    .description("write the first files of a handler, which answer with the examples of flow.json")
    .argument("[flow.json]", "the Flow JSON that the handler is for")
    .option("--from <flow>", "copy a handler that ships with Flowpoint instead")
    .option("--name <name>", "the flow's name; default: the folder's, else the file's")
    .option("--to <folder>", "the folder to make; default: HANDLERS_DIR/<name>")
    .action(scaffold);
}

async function scaffold(
  file: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const { from } = options;
  if ((file === undefined) === (from === undefined)) {
    return command.error("name either a flow.json, or a handler with --from");
  }
  const name = options.name ?? nameFor(file ?? "", options);
  if (!isFlowName(name)) return command.error(`${FLOW_NAME_RULE}; give another --name`);
  const folder = options.to ?? path.join(loadSettings("files").HANDLERS_DIR, name);
  if (path.basename(path.resolve(folder)) !== name) {
    return command.error("a flow is called as its folder is; let --to end with --name");
  }
  const site = await siteOf(folder);
  const files =
    from === undefined
      ? await filesFor(file ?? "", name, site)
      : await filesFromShipped(from, name, site, command);
  for (const written of await writeHandlerFolder(folder, files)) writeResult(written);
}

function nameFor(file: string, { from, to }: Options): string {
  if (to !== undefined) return path.basename(path.resolve(to));
  if (from !== undefined) return from;
  const name = path.basename(file, ".json");
  return name === "flow" ? path.basename(path.dirname(path.resolve(file))) : name;
}

async function filesFor(file: string, name: string, site: FolderSite): Promise<HandlerFiles> {
  const checked = await checkFlowFile(file).catch((cause: unknown) => {
    throw new CommandFailed(`${file} cannot be read; name an existing file`, { cause });
  });
  if (countFindings([checked], "error") > 0) {
    for (const finding of formatFindings(checked, process.stderr)) writeProgress(finding);
    throw new CommandFailed(
      `${summarize([checked])}; nothing was written, correct the errors first`,
    );
  }
  try {
    return filesForFlow(name, checked.text, site);
  } catch (cause) {
    if (!(cause instanceof FlowJsonError)) throw cause;
    throw new CommandFailed(`${file}:${cause.line}:${cause.column} ${cause.message}`, { cause });
  }
}

async function filesFromShipped(
  from: string,
  name: string,
  site: FolderSite,
  command: Command,
): Promise<HandlerFiles> {
  const shipped = await listShippedFlows();
  if (!shipped.includes(from)) {
    return command.error(`no handler ${from} to start from; there are: ${shipped.join(", ")}`);
  }
  return filesFromShippedFlow(from, name, site);
}
