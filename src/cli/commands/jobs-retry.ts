// flowpoint jobs retry [id…]

import type { Command } from "commander";
import { runOperation } from "../../app/operations/run-operation.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { jobChangeCommand } from "../job-change-command.ts";

export function jobsRetryCommand(): Command {
  return jobChangeCommand({
    name: "retry",
    description: "run failed and dead jobs again now",
    done: "retried",
    which: "failed or dead job",
    change: async (jobs, settings) => {
      const log = createLogger("silent");
      return (await runOperation("jobs-retry", jobs, settings, log)).retried;
    },
  });
}
