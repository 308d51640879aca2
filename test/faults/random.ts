// Chance that can be repeated: the same seed, the same choices. What the machine does between them is its own affair, so
// a seed repeats what was tried and not, to the millisecond, what came of it.

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
  /** A whole number, both ends included. */
  between(min: number, max: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  shuffle<Item>(items: readonly Item[]): Item[];
  /** Another one, which draws from this one no more. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, plenty for choosing faults. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    happens: (probability) => next() < probability,
    between,
    // The index is within the list, and the list is not empty.
    pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ item }) => item),
    fork: () => createRandom(between(0, 2 ** 32 - 1)),
  };
}
