import { describe, expect, it } from "vitest";
import { KnownIds } from "../../src/endpoint/known-ids.ts";

function create(maxIds?: number): {
  readonly ids: KnownIds;
  readonly forgotten: string[];
  readonly at: (ms: number) => void;
} {
  const forgotten: string[] = [];
  let nowMs = 0;
  const ids = new KnownIds({
    elapsedMs: () => nowMs,
    windowMs: 6_000,
    onForget: (id) => forgotten.push(id),
    ...(maxIds === undefined ? {} : { maxIds }),
  });
  return { ids, forgotten, at: (ms) => (nowMs = ms) };
}

describe("known ids", () => {
  it("know an id from when it is added", () => {
    const { ids } = create();

    expect(ids.has("a")).toBe(false);
    ids.add("a");
    expect(ids.has("a")).toBe(true);
  });

  it("know an id for the whole window and at most a thirtieth longer", () => {
    const { ids, at } = create();
    at(50);
    ids.add("a");

    at(6_050);
    expect(ids.has("a")).toBe(true);
    at(6_250);
    expect(ids.has("a")).toBe(false);
  });

  it("know an id that shares its slice of time for the whole window too", () => {
    const { ids, at } = create();
    ids.add("early");
    at(99);
    ids.add("late");

    at(6_099);
    expect(ids.has("late")).toBe(true);
  });

  it("tell each id they forget, once", () => {
    const { ids, forgotten, at } = create();
    ids.add("a");
    at(1_000);
    ids.add("b");

    at(20_000);
    ids.has("anything");
    ids.has("anything");

    expect(forgotten).toEqual(["a", "b"]);
    expect(ids.size).toBe(0);
  });

  it("are full at their limit, and never forget an id before its time to make room", () => {
    const { ids, forgotten, at } = create(2);
    ids.add("a");
    expect(ids.isFull).toBe(false);
    at(3_000);
    ids.add("b");

    expect(ids.isFull).toBe(true);
    expect(["a", "b"].map((id) => ids.has(id))).toEqual([true, true]);
    expect(forgotten).toEqual([]);
  });

  it("have room again once the oldest have had their time", () => {
    const { ids, forgotten, at } = create(2);
    ids.add("a");
    at(3_000);
    ids.add("b");

    at(6_200);
    expect(ids.isFull).toBe(false);
    expect(forgotten).toEqual(["a"]);
    expect(ids.has("b")).toBe(true);
  });
});
