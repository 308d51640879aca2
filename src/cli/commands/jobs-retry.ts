// flowpoint jobs retry [id…]

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import {
  addJobFilterOptions,
  addLimitOption,
  type JobFilterOptions,
  jobFilterOf,
} from "../completion-options.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeResult } from "../output.ts";

const DEFAULT_LIMIT = 1_000;

type Options = JobFilterOptions & { readonly limit: number; readonly json?: true };

export function jobsRetryCommand(): Command {
  const command = new Command("retry")
    .description("run failed and dead jobs again now")
    .argument("[id...]", "their ids; else by filter");
  return addLimitOption(addJobFilterOptions(command), DEFAULT_LIMIT)
    .option("--json", "print JSON")
    .action(async (ids: readonly string[], options: Options, self: Command) => {
      if (ids.length === 0 && options.queue === undefined && options.state === undefined) {
        return self.error("error: name jobs, or filter them with --state or --queue");
      }
      const { retried } = await runOperation(
        "jobs-retry",
        { filter: jobFilterOf(ids, options), limit: options.limit },
        loadSettings("database"),
        createLogger("silent"),
      );
      if (ids.length > 0 && retried === 0) {
        throw new CommandFailed("there is no failed or dead job with such an id");
      }
      return options.json === true ? writeJson({ retried }) : writeResult(`${retried} retried`);
    });
}
