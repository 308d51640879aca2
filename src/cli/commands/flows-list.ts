// flowpoint flows list

import { readFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { serverUrl } from "../../app/settings.ts";
import { parseFlowJson } from "../../flow-json/document.ts";
import { listHandlerFolders } from "../../flows/load-handlers.ts";
import { formatTable, writeJson, writeResult } from "../output.ts";

export function flowsListCommand(): Command {
  return new Command("list")
    .description("names, URLs and screens")
    .option("--json", "print JSON")
    .action(async (options: { readonly json?: true }) => {
      const settings = loadSettings();
      const folders = await listHandlerFolders(settings.HANDLERS_DIR);
      const base = (settings.PUBLIC_URL ?? serverUrl(settings)).replace(/\/$/, "");
      const flows = await Promise.all(
        folders.map(async ({ name, folder }) => {
          const document = parseFlowJson(await readFile(path.join(folder, "flow.json"), "utf8"));
          return {
            flow: name,
            url: `${base}/flows/${name}`,
            screens: document.screens.map((screen) => screen.id),
            endpoint: document.dataApiVersion !== null,
          };
        }),
      );
      if (options.json === true) return writeJson(flows);
      const rows = flows.map((flow) => [
        flow.flow,
        flow.endpoint ? flow.url : "(no endpoint)",
        flow.screens.join(" "),
      ]);
      return writeResult(formatTable(["FLOW", "URL", "SCREENS"], rows));
    });
}
