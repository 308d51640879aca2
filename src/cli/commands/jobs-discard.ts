// flowpoint jobs discard [id…]

import type { Command } from "commander";
import { runOperation } from "../../app/operations/run-operation.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { jobChangeCommand } from "../job-change-command.ts";

export function jobsDiscardCommand(): Command {
  return jobChangeCommand({
    name: "discard",
    description: "delete jobs; their completions stay, as dead, and can be replayed",
    done: "discarded",
    which: "job",
    change: async (jobs, settings) => {
      const log = createLogger("silent");
      return (await runOperation("jobs-discard", jobs, settings, log)).discarded;
    },
  });
}
