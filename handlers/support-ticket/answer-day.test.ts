import { describe, expect, it } from "vitest";
import { answerDay, dayInWords } from "./answer-day.ts";

describe("answerDay", () => {
  it.each([
    ["the day after", "2026-05-04T10:00:00Z", "2026-05-05"],
    ["Monday after a Friday", "2026-05-08T10:00:00Z", "2026-05-11"],
    ["Monday after a Sunday", "2026-05-10T10:00:00Z", "2026-05-11"],
    ["counted from the business's midnight, not from UTC's", "2026-05-04T22:30:00Z", "2026-05-06"],
    ["right where clocks are put back", "2026-10-24T22:30:00Z", "2026-10-26"],
    ["right over the end of a year", "2026-12-31T12:00:00Z", "2027-01-01"],
  ])("is %s", (_name, now, day) => {
    expect(answerDay(new Date(now))).toBe(day);
  });
});

describe("dayInWords", () => {
  it("names the day it is given, wherever the server runs", () => {
    expect(dayInWords("2026-05-05")).toMatch(/^Tuesday,? 5 May$/);
  });
});
