import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  daysBetween,
  isPickable,
  weeksOf,
} from "../../../src/player/client/phone/calendar-dates.ts";

describe("days of a calendar", () => {
  it("are counted over months, years and clock changes", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2027-03-28", 1)).toBe("2027-03-29");
    expect(daysBetween("2028-02-28", "2028-03-01")).toBe(2);
  });

  it("move by months to the last day where the month is shorter", () => {
    expect(addMonths("2027-01-31", 1)).toBe("2027-02-28");
    expect(addMonths("2027-01-15", -1)).toBe("2026-12-15");
  });

  it("stand in six weeks from Monday on", () => {
    const weeks = weeksOf("2027-03-17");

    expect(weeks).toHaveLength(6);
    expect(weeks[0]?.[0]).toBe("2027-03-01");
    expect(weeks[5]?.[6]).toBe("2027-04-11");
  });

  it.each([
    ["2027-03-08", true],
    ["2027-03-09", false],
    ["2027-02-22", false],
    ["2027-03-15", false],
  ])("can %s be picked: %s", (day, expected) => {
    const limits = {
      min: "2027-03-01",
      max: "2027-03-31",
      unavailable: new Set(["2027-03-15"]),
      weekdays: new Set(["Mon"]),
    };

    expect(isPickable(day, limits)).toBe(expected);
  });
});
