// That nothing escapes the reckoning: it is clean for what is clean, and each way to break a promise is found and named.

import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";
import { type Evidence, reconcile } from "./reconcile.ts";

const CLEAN: Evidence = {
  sent: new Set(["a", "b"]),
  acked: new Set(["a", "b"]),
  stored: [
    { id: "1", messageId: "a" },
    { id: "2", messageId: "b" },
  ],
  effects: ["1", "2"],
  forwarded: [
    { key: "1", messageId: "a" },
    { key: "2", messageId: "b" },
    { key: "2", messageId: "b" },
  ],
  unsigned: 0,
};

const BROKEN: readonly {
  readonly kind: string;
  readonly id: string;
  readonly evidence: Partial<Evidence>;
}[] = [
  { kind: "lost", id: "c", evidence: { sent: new Set("abc"), acked: new Set("abc") } },
  { kind: "unacknowledged", id: "b", evidence: { acked: new Set(["a"]) } },
  {
    kind: "stored-twice",
    id: "a",
    evidence: {
      stored: [...CLEAN.stored, { id: "3", messageId: "a" }],
      effects: [...CLEAN.effects, "3"],
    },
  },
  { kind: "no-effect", id: "b", evidence: { effects: ["1"] } },
  { kind: "several-effects", id: "a", evidence: { effects: ["1", "2", "1"] } },
  { kind: "stray-effect", id: "9", evidence: { effects: ["1", "2", "9"] } },
  { kind: "not-forwarded", id: "b", evidence: { forwarded: [{ key: "1", messageId: "a" }] } },
  {
    kind: "several-keys",
    id: "a",
    evidence: { forwarded: [...CLEAN.forwarded, { key: "8", messageId: "a" }] },
  },
  {
    kind: "unknown-message",
    id: "c",
    evidence: { forwarded: [...CLEAN.forwarded, { key: "8", messageId: "c" }] },
  },
  { kind: "unsigned", id: "1 requests", evidence: { unsigned: 1 } },
];

describe("the reckoning", () => {
  it("finds nothing where every promise was kept", () => {
    expect(reconcile(CLEAN)).toEqual([]);
  });

  it.each(BROKEN)("finds $kind", ({ kind, id, evidence }) => {
    expect(reconcile({ ...CLEAN, ...evidence })).toEqual([{ kind, id }]);
  });
});

describe("chance", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("shuffles without losing anything, and picks every item", () => {
    const random = createRandom(1);
    const items = ["a", "b", "c", "d"] as const;

    const picked = new Set(Array.from({ length: 100 }, () => random.pick(items)));

    expect(random.shuffle(items).toSorted()).toEqual(items);
    expect(picked.size).toBe(4);
  });
});

function draw(seed: number): readonly number[] {
  const random = createRandom(seed);
  return Array.from({ length: 20 }, () => random.between(0, 99));
}
