// Dates as Flow JSON writes them: `YYYY-MM-DD`, text that sorts as dates do.

import { parseBinding } from "../../binding.ts";
import { isExpression } from "../../expression.ts";
import type { JsonValue } from "../../json-value.ts";

/** Whether the form is right; the day need not exist. */
export function isDateText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** A text that is written out, and therefore should be a date. */
export function isStaticText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && parseBinding(value) === null && !isExpression(value);
}

/** The date somebody meant who wrote it in another form; `null` where that is a guess. */
export function asDateText(text: string): string | null {
  const numbers = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?\s*$/.exec(text);
  if (numbers !== null) {
    const [, year = "", month = "", day = ""] = numbers;
    return existing(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  }
  // Before 5.0 a date was the milliseconds since 1970.
  if (!/^\d{12,13}$/.test(text)) return null;
  return new Date(Number(text)).toISOString().slice(0, 10);
}

/** Whether the calendar has such a day. */
export function isExistingDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function existing(text: string): string | null {
  return isExistingDate(text) ? text : null;
}
