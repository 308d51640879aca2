import { describe, expect, it } from "vitest";
import { localTime } from "./local-time.ts";

const at = (instant: string) => new Date(instant);

describe("localTime", () => {
  it("says days and times as the branch does", () => {
    const local = localTime("Pacific/Auckland");

    expect(local.day(at("2026-05-03T22:00:00Z"))).toMatch(/^Monday,? 4 May$/);
    expect(local.time(at("2026-05-03T22:00:00Z"))).toBe("10:00");
    expect(local.dayAndTime(at("2026-05-03T22:00:00Z"))).toMatch(/^Monday,? 4 May 2026, 10:00$/);
    expect(local.timeWithOffset(at("2026-05-03T22:00:00Z"))).toBe("10:00 GMT+12");
  });

  it("calls midnight 00:00", () => {
    expect(localTime("UTC").time(at("2026-05-04T00:00:00Z"))).toBe("00:00");
  });

  it.each([
    ["Europe/Berlin", "2026-10-24T23:30:00Z", "01:30"],
    ["Europe/Berlin", "2026-10-25T00:30:00Z", "02:30 GMT+2"],
    ["Europe/Berlin", "2026-10-25T01:30:00Z", "02:30 GMT+1"],
    ["Europe/Berlin", "2026-10-25T02:00:00Z", "03:00"],
    ["America/New_York", "2026-11-01T05:00:00Z", "01:00 GMT-4"],
    ["America/New_York", "2026-11-01T06:00:00Z", "01:00 GMT-5"],
    ["Australia/Lord_Howe", "2026-04-04T14:30:00Z", "01:30 GMT+11"],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", "01:30 GMT+10:30"],
    ["Australia/Lord_Howe", "2026-04-04T15:30:00Z", "02:00"],
    ["Antarctica/Troll", "2026-10-25T00:30:00Z", "02:30 GMT+2"],
  ])("tells times that come twice apart by their offset: %s, %s", (timeZone, instant, title) => {
    expect(localTime(timeZone).time(at(instant))).toBe(title);
  });

  it("leaves times of a day with a gap as they are", () => {
    const local = localTime("Europe/Berlin");

    expect(local.time(at("2026-03-29T00:30:00Z"))).toBe("01:30");
    expect(local.time(at("2026-03-29T01:00:00Z"))).toBe("03:00");
  });
});
