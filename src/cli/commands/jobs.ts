// flowpoint jobs list | retry | discard

import { Command } from "commander";
import { jobsDiscardCommand } from "./jobs-discard.ts";
import { jobsListCommand } from "./jobs-list.ts";
import { jobsRetryCommand } from "./jobs-retry.ts";

export function jobsCommand(): Command {
  return new Command("jobs")
    .description("the work that completions make")
    .addCommand(jobsListCommand())
    .addCommand(jobsRetryCommand())
    .addCommand(jobsDiscardCommand());
}
