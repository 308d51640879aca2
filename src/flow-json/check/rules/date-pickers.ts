// Dates of a DatePicker and a CalendarPicker: their form, their order, and that what is chosen or
// excluded lies between them.
// Source: Meta, "Components", DatePicker; paths observed in Meta's web client, August 2026.

import type { Component } from "../../component-tree.ts";
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { asDateText, isDateText, isStaticText } from "./date-text.ts";
import { type Problem, replaceValue } from "./rule.ts";

const CODE = "INVALID_DATE_RANGE";
const EARLIEST = "1900-01-01";
const LATEST = "2100-12-31";

export function* datePickers({ screens }: FlowView): Generator<Problem> {
  for (const component of screens.flatMap(({ flat }) => flat)) {
    if (component.type !== "DatePicker" && component.type !== "CalendarPicker") continue;
    yield* dateForms(component);
    yield* dateOrder(component);
    yield* datesInRange(component);
  }
}

type PlacedDate = { readonly property: string; readonly value: JsonValue; readonly at: JsonPath };

/** Every place of a picker that holds a date, wherever it is nested. */
export function* pickerDates({ properties, path }: Component): Generator<PlacedDate> {
  for (const property of ["min-date", "max-date", "init-value"]) {
    const value = properties[property];
    const at = [...path, property];
    if (typeof value === "string") yield { property, value, at };
    if (!isJsonObject(value)) continue;
    for (const part of ["start-date", "end-date"]) {
      const each = value[part];
      if (each !== undefined) yield { property, value: each, at: [...at, part] };
    }
  }
  const excluded = properties["unavailable-dates"];
  if (!isJsonArray(excluded)) return;
  for (const [index, value] of excluded.entries()) {
    yield { property: "unavailable-dates", value, at: [...path, "unavailable-dates", index] };
  }
}

function* dateForms(component: Component): Generator<Problem> {
  for (const { value, at, property } of pickerDates(component)) {
    if (!isStaticText(value) || isDateText(value)) continue;
    const isSingleInit = component.type === "CalendarPicker" && at.at(-1) === "init-value";
    const date = asDateText(value);
    yield {
      code: isSingleInit ? "INVALID_DATE_SINGLE_INIT_VALUE_FORMAT" : CODE,
      at,
      message: `${property} is no date of the form YYYY-MM-DD`,
      hint:
        date === null
          ? "write a date such as 2026-12-31, or bind one the endpoint works out: ${data.min_date}"
          : `write \`${date}\``,
      fix: date === null ? null : replaceValue(at, date),
    };
  }
}

function* dateOrder({ type, properties, path }: Component): Generator<Problem> {
  const min = properties["min-date"];
  const max = properties["max-date"];
  if (!isDateText(min) || !isDateText(max) || min <= max) return;
  for (const property of ["min-date", "max-date"]) {
    yield {
      code: CODE,
      at: [...path, property],
      message: `min-date of this ${type} is later than its max-date`,
      hint: "swap the two dates",
      fix: replaceValue([...path, property], property === "min-date" ? max : min),
    };
  }
}

function* datesInRange(component: Component): Generator<Problem> {
  const { properties } = component;
  const min = boundOf(properties["min-date"], EARLIEST);
  const max = boundOf(properties["max-date"], LATEST);
  // What lies outside a range that is itself the wrong way round says nothing new.
  if (min !== null && max !== null && min > max) return;
  for (const { property, value, at } of pickerDates(component)) {
    if (property === "min-date" || property === "max-date" || !isDateText(value)) continue;
    const isBefore = min !== null && value < min;
    const isAfter = max !== null && value > max;
    if (!isBefore && !isAfter) continue;
    yield {
      code: CODE,
      at,
      message: `${property} lies ${isBefore ? `before ${min}` : `after ${max}`}, outside the dates that can be picked`,
      hint: "write a date in the range, or widen min-date and max-date",
    };
  }
}

/** `null` for a bound that is known only when the screen is shown. */
function boundOf(value: JsonValue | undefined, otherwise: string): string | null {
  if (value === undefined) return otherwise;
  return isDateText(value) ? value : null;
}
