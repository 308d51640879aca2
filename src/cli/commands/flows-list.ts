// flowpoint flows list

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { chooseHandlerFolders, readFlowJson } from "../../app/handler-folders.ts";
import { serverUrl } from "../../app/settings.ts";
import { parseFlowJson } from "../../flow-json/document.ts";
import { HandlerLoadError } from "../../flows/load-handlers.ts";
import { CommandFailed } from "../command-failed.ts";
import { formatTable, writeJson, writeProgress, writeResult } from "../output.ts";

type ListedFlow = {
  readonly flow: string;
  readonly url: string;
  readonly screens: readonly string[];
  readonly endpoint: boolean;
};

export function flowsListCommand(): Command {
  return new Command("list")
    .description("names, URLs and screens; flows whose flow.json is broken are told apart")
    .option("--json", "print JSON")
    .action(async (options: { readonly json?: true }) => {
      const settings = loadSettings("files");
      const base = (settings.PUBLIC_URL ?? serverUrl(settings)).replace(/\/$/, "");
      const { flows, broken } = await readFlows(settings.HANDLERS_DIR, base);
      if (options.json === true) writeJson(flows);
      else writeResult(formatFlows(flows));
      for (const { message } of broken) writeProgress(message);
      if (broken.length > 0) throw new CommandFailed();
    });
}

async function readFlows(
  handlersDir: string,
  baseUrl: string,
): Promise<{
  readonly flows: readonly ListedFlow[];
  readonly broken: readonly HandlerLoadError[];
}> {
  const flows: ListedFlow[] = [];
  const broken: HandlerLoadError[] = [];
  for (const folder of await chooseHandlerFolders(handlersDir, [])) {
    try {
      const document = await readFlowJson(folder, parseFlowJson);
      flows.push({
        flow: folder.name,
        url: `${baseUrl}/flows/${folder.name}`,
        screens: document.screens.map((screen) => screen.id),
        endpoint: document.dataApiVersion !== null,
      });
    } catch (error) {
      if (!(error instanceof HandlerLoadError)) throw error;
      broken.push(error);
    }
  }
  return { flows, broken };
}

function formatFlows(flows: readonly ListedFlow[]): string {
  const rows = flows.map(({ flow, url, screens, endpoint }) => [
    flow,
    endpoint ? url : "(no endpoint)",
    screens.join(" "),
  ]);
  return formatTable(["FLOW", "URL", "SCREENS"], rows);
}
