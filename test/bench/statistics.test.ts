import { describe, expect, it } from "vitest";
import { median, quantile, range, slope } from "../../bench/statistics.ts";

describe("median", () => {
  it.each([
    ["the middle one of an odd number", [9, 1, 5], 5],
    ["the mean of the two in the middle of an even number", [4, 1, 3, 100], 3.5],
    ["the only one", [7], 7],
  ])("is %s", (_name, values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("sorts numbers as numbers and leaves its argument alone", () => {
    const values = [10, 9, 100];

    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  it("refuses to describe nothing", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("quantile", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0, 1],
    [0.25, 25],
    [0.99, 99],
    [0.999, 100],
    [1, 100],
  ])("of share %d is the smallest value that so many do not exceed", (share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });
});

describe("range", () => {
  it("is the smallest and the largest value", () => {
    expect(range([3, -1, 20])).toEqual({ min: -1, max: 20 });
  });
});

describe("slope", () => {
  it("is how much y grows with each x", () => {
    const points = [0, 10, 20, 30].map((x) => ({ x, y: 500 + 3 * x }));

    expect(slope(points)).toBe(3);
  });

  it("is not moved by one sample that is far off", () => {
    const points = [0, 10, 20, 30, 40, 50, 60].map((x) => ({ x, y: 500 + 3 * x }));

    expect(slope([...points, { x: 70, y: 90_000 }])).toBe(3);
  });

  it("is zero where nothing grows", () => {
    expect(slope([0, 1, 2].map((x) => ({ x, y: 8 })))).toBe(0);
  });
});
