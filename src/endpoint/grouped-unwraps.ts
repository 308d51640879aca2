// What an unwrap costs beside its RSA operation depends on when its result is taken up. An event loop that wakes for
// each finds its code and data gone from the processor's caches, where RSA has been meanwhile; one that takes up several
// in a row finds them there from the second on. So results wait for one another, as long as there are others to wait for.

import type { KeyUnwrapper } from "../protocol/envelope.ts";

/** A group is given out when so many times as many are done as are under way: the rest keeps the threads busy then. */
const DONE_FOR_EACH_UNDER_WAY = 3;

/** Larger groups gain nothing, and whoever else needs the event loop would wait for them. */
const LARGEST_GROUP = 48;

/**
 * Gives out results in groups of three quarters of what is under way, 48 at most. Nothing waits for what has not begun, and an unwrap
 * takes less than a millisecond; so a result waits for some milliseconds at most, and one that is alone not at all.
 */
export function groupUnwraps(keys: KeyUnwrapper): KeyUnwrapper {
  let underWay = 0;
  let done: (() => void)[] = [];

  const isTakenUp = (): Promise<void> =>
    new Promise((giveOut) => {
      underWay--;
      done.push(giveOut);
      if (done.length < Math.min(LARGEST_GROUP, DONE_FOR_EACH_UNDER_WAY * underWay)) return;
      const group = done;
      done = [];
      for (const each of group) each();
    });

  return {
    unwrap: async (encryptedAesKey) => {
      underWay++;
      try {
        return await keys.unwrap(encryptedAesKey);
      } finally {
        await isTakenUp();
      }
    },
  };
}
