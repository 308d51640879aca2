// Days as `YYYY-MM-DD`, without a time zone: what the calendars count with.

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

export type DayLimits = {
  readonly min: string;
  readonly max: string;
  readonly unavailable: ReadonlySet<string>;
  /** `null`: every day of the week. */
  readonly weekdays: ReadonlySet<string> | null;
};

export function isPickable(day: string, { min, max, unavailable, weekdays }: DayLimits): boolean {
  if (day < min || day > max || unavailable.has(day)) return false;
  return weekdays === null || weekdays.has(WEEKDAYS[utc(day).getUTCDay()] ?? "");
}

export function addDays(day: string, count: number): string {
  return isoOf(utc(day).getTime() + count * DAY_MS);
}

/** The same day some months on, or that month's last. */
export function addMonths(day: string, count: number): string {
  const date = utc(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + count];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return isoOf(Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)));
}

export function daysBetween(from: string, to: string): number {
  return (utc(to).getTime() - utc(from).getTime()) / DAY_MS;
}

/** Six weeks that hold the month of `day`, each from Monday on. */
export function weeksOf(day: string): readonly (readonly string[])[] {
  const first = `${day.slice(0, 8)}01`;
  const start = addDays(first, -((utc(first).getUTCDay() + 6) % 7));
  return Array.from({ length: 6 }, (_week, week) =>
    Array.from({ length: 7 }, (_day, index) => addDays(start, week * 7 + index)),
  );
}

export function clampDay(day: string, { min, max }: DayLimits): string {
  if (day < min) return min;
  return day > max ? max : day;
}

export function formatDay(day: string, style: "medium" | "full"): string {
  const date = utc(day);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(undefined, { dateStyle: style, timeZone: "UTC" }).format(date);
}

/** Names of the twelve months, in the user's language. */
export function monthNames(): readonly string[] {
  const format = new Intl.DateTimeFormat(undefined, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_month, month) =>
    format.format(new Date(Date.UTC(2024, month, 1))),
  );
}

/** From Monday on. */
export function weekdayNames(): readonly string[] {
  const format = new Intl.DateTimeFormat(undefined, { weekday: "narrow", timeZone: "UTC" });
  // 1 January 2024 was a Monday.
  return Array.from({ length: 7 }, (_day, day) =>
    format.format(new Date(Date.UTC(2024, 0, day + 1))),
  );
}

function utc(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
