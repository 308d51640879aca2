// Keeps the gauges of completions true: the same on every instance, since they are read from the database.

import type { CompletionStatistics } from "../storage/completion-statistics.ts";

const LOOK_EVERY_MS = 10_000;

/**
 * @param read  asked every ten seconds
 * @param tell  told what was read; after a failure to read, the last numbers stand
 * @returns stops watching
 */
export function watchCompletions(
  read: () => Promise<CompletionStatistics>,
  tell: (statistics: CompletionStatistics) => void,
): () => Promise<void> {
  // One after the other: a database that is slow is not asked more often for it. Whether it is up is readiness' to tell.
  let looking: Promise<void> = Promise.resolve();
  const look = (): void => {
    looking = looking.then(read).then(tell, () => {});
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
