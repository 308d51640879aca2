// Options that several commands about completions and jobs share.

import { type Command, InvalidArgumentError, Option } from "commander";
import { COMPLETION_STATES, type CompletionState } from "../completions/ports.ts";
import { JOB_STATES, type JobState } from "../storage/jobs.ts";
import { QUEUE_NAMES, type QueueName } from "../storage/queue-schema.ts";

export type FilterOptions = {
  readonly flow?: string;
  readonly state?: CompletionState;
  readonly since?: string;
  readonly until?: string;
};

export type JobFilterOptions = {
  readonly queue?: QueueName;
  readonly state?: JobState;
};

export function addFilterOptions(command: Command): Command {
  return command
    .option("--flow <flow>", "of this flow only")
    .addOption(new Option("--state <state>", "in this state only").choices(COMPLETION_STATES))
    .option(
      "--since <time>",
      "received from then on, as 2026-11-02 or 2026-11-02T09:00Z",
      parseTime,
    )
    .option("--until <time>", "received before then", parseTime);
}

export function addJobFilterOptions(command: Command): Command {
  return command
    .addOption(new Option("--queue <queue>", "of this queue only").choices(QUEUE_NAMES))
    .addOption(new Option("--state <state>", "in this state only").choices(JOB_STATES));
}

export function addLimitOption(command: Command, fallback: number): Command {
  return command.option("--limit <n>", "at most so many", parseCount, fallback);
}

/** The filter among a command's options. */
export function filterOf({ flow, state, since, until }: FilterOptions): FilterOptions {
  return {
    ...(flow === undefined ? {} : { flow }),
    ...(state === undefined ? {} : { state }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** The same for jobs; no ids stands for all. */
export function jobFilterOf(
  ids: readonly string[],
  { queue, state }: JobFilterOptions,
): JobFilterOptions & { ids?: string[] } {
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(state === undefined ? {} : { state }),
    ...(ids.length === 0 ? {} : { ids: [...ids] }),
  };
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("must be a whole number.");
  return Number(text);
}

/** @returns the time as `toISOString` writes it */
function parseTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError("must be a date or time, as 2026-11-02T09:00Z.");
  }
  return time.toISOString();
}
