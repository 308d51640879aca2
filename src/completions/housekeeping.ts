// What has to be seen to from time to time, by one instance at a time: it is a job like any other, of which there is
// never more than one.

import type { Log } from "../flows/services.ts";
import type { Process } from "./ports.ts";

export interface CompletionUpkeep {
  /**
   * Makes jobs for completions of no flow.
   *
   * @param which  `due`: each the longer after the last time the older it is; `all`: the flows may be others now
   */
  retryUnmatched(which: "due" | "all"): Promise<number>;
  /** Marks completions whose job is dead without an attempt that could have said so. */
  recordDead(): Promise<number>;
  /** Deletes some of what is past its time, and says how much; called until there is nothing left. */
  deleteExpired(retentionDays: number): Promise<number>;
}

export type HousekeepingDependencies = {
  readonly upkeep: CompletionUpkeep;
  /** Days that answers are kept. */
  readonly retentionDays: number;
  readonly log: Log;
};

export function createHousekeeping(deps: HousekeepingDependencies): Process {
  const { upkeep, retentionDays, log } = deps;
  return async (_id, { signal }) => {
    const dead = await upkeep.recordDead();
    const retried = await upkeep.retryUnmatched("due");
    let deleted = 0;
    for (let batch = -1; batch !== 0; deleted += batch) {
      signal.throwIfAborted();
      batch = await upkeep.deleteExpired(retentionDays);
    }
    if (dead + retried + deleted > 0) log.info({ dead, retried, deleted }, "housekeeping");
  };
}
