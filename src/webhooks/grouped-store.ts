// Lets POSTs that come at the same time share a transaction. A commit waits for the disk, however little is in it: one
// each would bound the rate by the disk, and a burst, such as Meta's repetitions after an outage, would be answered 503.
//
// Nobody waits for company: a POST that finds a slot free is stored at once, and those that find none are stored
// together as soon as one is. What fails is tried once more.

import type { KeptItem, NotificationStore } from "./ports.ts";

/** Items of one transaction, so that it takes a bounded time; a POST with more has one to itself. */
const MAX_ITEMS = 1_000;

type Waiting = {
  readonly items: readonly KeptItem[];
  readonly signal: AbortSignal;
  readonly outcome: PromiseWithResolvers<ReadonlySet<KeptItem>>;
};

/**
 * @param slots  transactions under way at once
 * @returns a store for one POST at a time; one that shares a transaction shares its failure too
 */
export function createGroupedStore(store: NotificationStore, slots: number): NotificationStore {
  const waiting: Waiting[] = [];
  let working = 0;

  const work = async (): Promise<void> => {
    working++;
    while (waiting.length > 0) await storeTogether(store, takeGroup(waiting));
    working--;
  };

  return {
    store: (items, signal) => {
      const outcome = Promise.withResolvers<ReadonlySet<KeptItem>>();
      waiting.push({ items, signal, outcome });
      if (working < slots) void work();
      return outcome.promise;
    },
  };
}

/** Settles every outcome; never rejects. */
async function storeTogether(store: NotificationStore, group: readonly Waiting[]): Promise<void> {
  const last = group.at(-1);
  if (last === undefined) return;
  try {
    const items = group.flatMap((each) => each.items);
    // The last to come is the last to give up.
    const fresh = await storeTwice(store, items, last.signal);
    for (const { outcome } of group) outcome.resolve(fresh);
  } catch (error) {
    for (const { outcome } of group) outcome.reject(error);
  }
}

/**
 * A failure is most often that of one connection, which the database or a proxy before it has closed; the next attempt
 * has another. Items that were committed all the same are recognised.
 */
async function storeTwice(
  store: NotificationStore,
  items: readonly KeptItem[],
  signal: AbortSignal,
): Promise<ReadonlySet<KeptItem>> {
  try {
    return await store.store(items, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return await store.store(items, signal);
  }
}

/** The first that wait, without those whose POST was answered meanwhile. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  const group: Waiting[] = [];
  let count = 0;
  for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
    if (group.length > 0 && count + next.items.length > MAX_ITEMS) break;
    waiting.shift();
    if (next.signal.aborted) next.outcome.reject(next.signal.reason);
    else {
      group.push(next);
      count += next.items.length;
    }
  }
  return group;
}
