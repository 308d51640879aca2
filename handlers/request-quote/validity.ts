// Until when a quote is valid: to the end of a day at the business, wherever server and customer are.

import { TIME_ZONE, VALID_DAYS } from "./business.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const localDay = new Intl.DateTimeFormat("en-CA", { timeZone: TIME_ZONE });
const longDay = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});

/** `YYYY-MM-DD`: the last day on which a quote of this moment holds. */
export function lastValidDay(now: Date): string {
  // A calendar day, counted at UTC, where every day has 24 hours.
  const day = new Date(localDay.format(now)).getTime() + VALID_DAYS * DAY_MS;
  return new Date(day).toISOString().slice(0, 10);
}

/** `Valid until Wednesday 3 June 2026`, or that it was. */
export function describeValidity(day: string, now: Date): string {
  const isOver = localDay.format(now) > day;
  return `${isOver ? "Was valid until" : "Valid until"} ${longDay.format(new Date(day))}`;
}
