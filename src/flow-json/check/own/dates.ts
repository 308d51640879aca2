// Dates that the calendar does not have, and ranges that are over.

import type { FlowView } from "../flow-view.ts";
import { pickerDates } from "../rules/date-pickers.ts";
import { isDateText, isExistingDate } from "../rules/date-text.ts";
import type { Problem, Rule } from "../rules/rule.ts";

export function* impossibleDates({ screens }: FlowView): Generator<Problem> {
  for (const component of screens.flatMap(({ flat }) => flat)) {
    if (component.type !== "DatePicker" && component.type !== "CalendarPicker") continue;
    for (const { property, value, at } of pickerDates(component)) {
      if (!isDateText(value) || isExistingDate(value)) continue;
      yield {
        code: "IMPOSSIBLE_DATE",
        at,
        message: `${property} is ${value}, a day the calendar does not have`,
        hint: "write a day that exists",
      };
    }
  }
}

/** A range of more years than this is about the past on purpose, as for a birthday. */
const LONG_RANGE_YEARS = 5;

/** @param today YYYY-MM-DD */
export function pastRanges(today: string): Rule {
  return function* pastRangesOf({ screens }): Generator<Problem> {
    for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
      if (type !== "DatePicker" && type !== "CalendarPicker") continue;
      const min = properties["min-date"];
      const max = properties["max-date"];
      if (!isDateText(min) || !isDateText(max) || max >= today) continue;
      if (Number(max.slice(0, 4)) - Number(min.slice(0, 4)) > LONG_RANGE_YEARS) continue;
      yield {
        code: "PAST_DATES",
        at: [...path, "max-date"],
        message: "every day that can be picked is over",
        hint: "write later dates, or bind dates the endpoint works out: ${data.max_date}",
      };
    }
  };
}
