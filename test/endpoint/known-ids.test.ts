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

  it("forget the oldest early when there are too many", () => {
    const { ids, forgotten } = create(2);
    for (const id of ["a", "b", "c"]) ids.add(id);

    expect(forgotten).toEqual(["a"]);
    expect(["a", "b", "c"].map((id) => ids.has(id))).toEqual([false, true, true]);
  });

  it("keep counting right after forgetting early", () => {
    const { ids, at } = create(2);
    for (const id of ["a", "b", "c"]) ids.add(id);
    at(3_000);
    ids.add("d");

    at(6_200);
    expect(["b", "c", "d"].map((id) => ids.has(id))).toEqual([false, false, true]);
    at(9_200);
    expect(ids.has("d")).toBe(false);
  });
});
