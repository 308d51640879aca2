// flowpoint jobs list

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
import { formatTable, writeJson, writeResult } from "../output.ts";

const DEFAULT_LIMIT = 50;

type Options = JobFilterOptions & { readonly limit: number; readonly json?: true };

export function jobsListCommand(): Command {
  const command = new Command("list").description("jobs that are not done, the newest first");
  return addLimitOption(addJobFilterOptions(command), DEFAULT_LIMIT)
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const { jobs } = await runOperation(
        "jobs-list",
        { filter: jobFilterOf([], options), limit: options.limit },
        loadSettings("database"),
        createLogger("silent"),
      );
      if (options.json === true) return writeJson(jobs);
      const rows = jobs.map(({ queue, id, state, attempts, createdAt, dueAt }) => [
        id,
        queue,
        state,
        String(attempts),
        createdAt,
        dueAt ?? "-",
      ]);
      return writeResult(formatTable(["ID", "QUEUE", "STATE", "ATTEMPTS", "CREATED", "DUE"], rows));
    });
}
