import { describe, expect, it } from "vitest";
import { createGroupedStore } from "../../src/webhooks/grouped-store.ts";
import type { KeptItem, NotificationStore } from "../../src/webhooks/ports.ts";

type Transaction = {
  readonly items: readonly KeptItem[];
  readonly signal: AbortSignal;
  readonly commit: (...fresh: readonly KeptItem[]) => void;
  readonly fail: (error: Error) => void;
};

type HeldStore = {
  readonly store: NotificationStore;
  /** Items of each transaction that was begun. */
  readonly sizes: readonly number[];
  /** The next one to begin, in their order. */
  readonly next: () => Promise<Transaction>;
};

/** A store whose transactions end when the test says so. */
function createHeldStore(): HeldStore {
  const begun: Transaction[] = [];
  const sizes: number[] = [];
  let onBegin: (() => void) | undefined;
  return {
    sizes,
    store: {
      store: (items, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<ReadonlySet<KeptItem>>();
        const commit = (...fresh: readonly KeptItem[]): void => resolve(new Set(fresh));
        begun.push({ items, signal, commit, fail: reject });
        sizes.push(items.length);
        onBegin?.();
        return promise;
      },
    },
    next: async () => {
      for (;;) {
        const first = begun.shift();
        if (first !== undefined) return first;
        await new Promise<void>((resolve) => {
          onBegin = resolve;
        });
      }
    },
  };
}

const never = new AbortController().signal;

function itemsOf(...reasons: readonly string[]): readonly KeptItem[] {
  return reasons.map((reason) => ({ kind: "unreadable", reason, bytes: new Uint8Array() }));
}

describe("the grouped store", () => {
  it("begins at once while there is a slot, and stores together what finds none", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 2);

    const stored = ["a", "b", "c", "d", "e"].map((each) => grouped.store(itemsOf(each), never));
    expect(held.sizes).toEqual([1, 1]);
    for (let n = 0; n < 3; n++) (await held.next()).commit();
    await Promise.all(stored);

    expect(held.sizes).toEqual([1, 1, 3]);
  });

  it("tells each of those that share a transaction what was new", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);
    const [first, second, third] = [itemsOf("a"), itemsOf("b"), itemsOf("c")];

    const stored = [first, second, third].map((items) => grouped.store(items, never));
    (await held.next()).commit(...first);
    (await held.next()).commit(...third);
    const [, secondFresh, thirdFresh] = await Promise.all(stored);

    expect(second.map((item) => secondFresh?.has(item))).toEqual([false]);
    expect(third.map((item) => thirdFresh?.has(item))).toEqual([true]);
  });

  it("fails for all that share a transaction, and for no others", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);

    const stored = ["a", "b", "c"].map((each) => grouped.store(itemsOf(each), never));
    (await held.next()).commit();
    for (let n = 0; n < 2; n++) (await held.next()).fail(new Error("away"));
    const outcomes = await Promise.allSettled(stored);
    const later = grouped.store(itemsOf("d"), never);
    (await held.next()).commit();
    await later;

    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(held.sizes).toEqual([1, 2, 2, 1]);
  });

  it("tries what failed once more, since the next connection may be a good one", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);
    const items = itemsOf("a");

    const stored = grouped.store(items, never);
    (await held.next()).fail(new Error("the connection was closed"));
    const second = await held.next();
    second.commit(...items);

    expect(await stored).toEqual(new Set(items));
    expect(second.items).toEqual(items);
  });

  it("does not try again for somebody who was answered meanwhile", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);
    const answered = new AbortController();

    const late = grouped.store(itemsOf("a"), answered.signal);
    const transaction = await held.next();
    answered.abort(new Error("too late"));
    transaction.fail(new Error("away"));

    await expect(late).rejects.toThrow("away");
    expect(held.sizes).toEqual([1]);
  });

  it("leaves out what nobody waits for any more", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);
    const answered = new AbortController();

    const first = grouped.store(itemsOf("a"), never);
    const late = grouped.store(itemsOf("b"), answered.signal);
    const last = grouped.store(itemsOf("c"), never);
    answered.abort(new Error("too late"));
    (await held.next()).commit();
    const transaction = await held.next();
    transaction.commit();

    await expect(late).rejects.toThrow("too late");
    await Promise.all([first, last]);
    expect(transaction.items).toEqual(itemsOf("c"));
  });

  it("begins nothing when nobody waits any more, and goes on afterwards", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);

    const late = grouped.store(itemsOf("a"), AbortSignal.abort(new Error("too late")));
    await expect(late).rejects.toThrow("too late");
    expect(held.sizes).toEqual([]);

    const later = grouped.store(itemsOf("b"), never);
    (await held.next()).commit();
    expect(await later).toEqual(new Set());
  });

  it("is given up only when the last of those that share it is", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);
    const [early, later] = [new AbortController(), new AbortController()];

    const stored = [never, early.signal, later.signal].map((signal) =>
      grouped.store(itemsOf("a"), signal),
    );
    (await held.next()).commit();
    const shared = await held.next();
    shared.commit();
    await Promise.all(stored);

    expect(shared.signal).toBe(later.signal);
  });

  it("stores at most a thousand items together, and what is larger by itself", async () => {
    const held = createHeldStore();
    const grouped = createGroupedStore(held.store, 1);

    const stored = [1, 600, 400, 1, 1_500, 1].map((count) =>
      grouped.store(itemsOf(...Array.from({ length: count }, String)), never),
    );
    for (let n = 0; n < 5; n++) (await held.next()).commit();
    await Promise.all(stored);

    expect(held.sizes).toEqual([1, 1_000, 1, 1_500, 1]);
  });
});
