// flowpoint completions show <id>

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeResult } from "../output.ts";

export function completionsShowCommand(): Command {
  return new Command("show")
    .description("one completion, its answers and files")
    .argument("<id>", "its id, or Meta's message id")
    .option("--json", "print JSON")
    .action(async (id: string, options: { readonly json?: true }) => {
      const { completion } = await runOperation(
        "completions-show",
        { id },
        loadSettings("database"),
        createLogger("silent"),
      );
      if (completion === null) throw new CommandFailed("there is no completion with this id");
      if (options.json === true) return writeJson(completion);
      const { response, files, ...rest } = completion;
      const lines = [
        ...Object.entries(rest).map(([name, value]) => `${name.padEnd(12)}${value ?? "-"}`),
        ...files.map(
          ({ fileName, mimeType, bytes }) =>
            `${"file".padEnd(12)}${fileName} (${mimeType}, ${bytes === null ? "not fetched" : `${bytes} bytes`})`,
        ),
        "",
        typeof response === "string" ? response : JSON.stringify(response, null, 2),
      ];
      return writeResult(lines.join("\n"));
    });
}
