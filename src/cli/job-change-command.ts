// What `jobs retry` and `jobs discard` have in common: jobs named by their ids or by a filter, and how many were met.

import { Command } from "commander";
import { loadSettings } from "../app/environment.ts";
import type { Settings } from "../app/settings.ts";
import {
  addJobFilterOptions,
  addLimitOption,
  type JobFilterOptions,
  jobFilterOf,
} from "./completion-options.ts";
import { CommandFailed } from "./command-failed.ts";
import { writeJson, writeResult } from "./output.ts";

const DEFAULT_LIMIT = 1_000;

type Options = JobFilterOptions & { readonly limit: number; readonly json?: true };

export type ChosenJobs = {
  readonly filter: ReturnType<typeof jobFilterOf>;
  readonly limit: number;
};

export type JobChange = {
  readonly name: string;
  readonly description: string;
  /** Resolves with how many jobs were met. */
  readonly change: (jobs: ChosenJobs, settings: Settings) => Promise<number>;
  /** What became of them; the count's name in JSON. */
  readonly done: string;
  /** Whose ids count, as it follows "there is no". */
  readonly which: string;
};

export function jobChangeCommand({ name, description, change, done, which }: JobChange): Command {
  const command = new Command(name)
    .description(description)
    .argument("[id...]", "their ids; else by filter");
  return addLimitOption(addJobFilterOptions(command), DEFAULT_LIMIT)
    .option("--json", "print JSON")
    .action(async (ids: readonly string[], options: Options, self: Command) => {
      if (ids.length === 0 && options.queue === undefined && options.state === undefined) {
        self.error("error: name jobs, or filter them with --state or --queue");
      }
      const jobs = { filter: jobFilterOf(ids, options), limit: options.limit };
      const count = await change(jobs, loadSettings("database"));
      if (ids.length > 0 && count === 0) {
        throw new CommandFailed(`there is no ${which} with such an id`);
      }
      if (options.json === true) return writeJson({ [done]: count });
      return writeResult(`${count} ${done}`);
    });
}
