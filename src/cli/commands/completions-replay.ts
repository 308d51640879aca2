// flowpoint completions replay [id…]

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import {
  addFilterOptions,
  addLimitOption,
  type FilterOptions,
  filterOf,
} from "../completion-options.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeResult } from "../output.ts";

const DEFAULT_LIMIT = 1_000;

type Options = FilterOptions & { readonly limit: number; readonly json?: true };

export function completionsReplayCommand(): Command {
  const command = new Command("replay")
    .description("process completions again: match, forward, completed; what once did stays done")
    .argument("[id...]", "their ids, or Meta's message ids; else by filter, the oldest first");
  return addLimitOption(addFilterOptions(command), DEFAULT_LIMIT)
    .option("--json", "print JSON")
    .action(async (ids: readonly string[], options: Options, self: Command) => {
      const filter = filterOf(options);
      if (ids.length === 0 && Object.keys(filter).length === 0) {
        return self.error("error: name completions, or filter them with --state and the like");
      }
      const { replayed } = await runOperation(
        "completions-replay",
        ids.length > 0 ? { ids: [...ids] } : { filter, limit: options.limit },
        loadSettings("database"),
        createLogger("silent"),
      );
      if (ids.length > 0 && replayed.length === 0) {
        throw new CommandFailed("there is no completion with such an id");
      }
      return options.json === true
        ? writeJson({ replayed })
        : writeResult(replayed.length === 0 ? "nothing to replay" : replayed.join("\n"));
    });
}
