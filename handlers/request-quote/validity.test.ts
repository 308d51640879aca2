import { describe, expect, it } from "vitest";
import { describeValidity, lastValidDay } from "./validity.ts";

describe("lastValidDay", () => {
  it.each([
    ["in thirty days", "2026-05-04T10:00:00Z", "2026-06-03"],
    ["counted from the business's day, which has begun", "2026-05-04T22:30:00Z", "2026-06-04"],
    ["counted from the business's day, in winter too", "2026-01-04T23:30:00Z", "2026-02-04"],
    ["the same where clocks are put forward", "2026-03-20T12:00:00Z", "2026-04-19"],
    ["over the end of a leap February", "2028-02-10T12:00:00Z", "2028-03-11"],
  ])("is %s", (_name, now, day) => {
    expect(lastValidDay(new Date(now))).toBe(day);
  });
});

describe("describeValidity", () => {
  it("holds to the last minute of the day at the business, and not longer", () => {
    expect(describeValidity("2026-06-03", new Date("2026-06-03T21:59:00Z"))).toMatch(
      /^Valid until Wednesday,? 3 June 2026$/,
    );
    expect(describeValidity("2026-06-03", new Date("2026-06-03T22:00:00Z"))).toMatch(
      /^Was valid until Wednesday,? 3 June 2026$/,
    );
  });
});
