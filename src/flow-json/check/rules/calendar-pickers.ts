// A CalendarPicker picks one date or a range, and several of its properties change shape with it.
// Source: Meta, "Components", CalendarPicker; codes observed in Meta's web client, August 2026.

import type { Component } from "../../component-tree.ts";
import { isJsonObject, type JsonObject, type JsonPath } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { isStaticText } from "./date-text.ts";
import type { Problem } from "./rule.ts";

const RANGE_ONLY = ["title", "description", "min-days", "max-days"];
const SHAPED = ["label", "helper-text", "required", "init-value", "error-message"];

export function* calendarPickers({ screens }: FlowView): Generator<Problem> {
  for (const component of screens.flatMap(({ flat }) => flat)) {
    if (component.type !== "CalendarPicker") continue;
    const { properties } = component;
    const isRange = properties["mode"] === "range";
    for (const property of SHAPED) {
      yield* isRange ? rangeShape(component, property) : singleShape(component, property);
    }
    yield* isRange ? daysOrder(component) : rangeOnly(component);
  }
}

function* rangeShape({ properties, path }: Component, property: string): Generator<Problem> {
  const value = properties[property];
  const at = [...path, property];
  if (isJsonObject(value)) {
    yield* rangeParts(value, property, at);
  } else if (typeof value === "boolean" || isStaticText(value)) {
    const sample = property === "required" ? "true" : '"…"';
    yield {
      code: "INVALID_TYPE",
      at,
      message: `${property} of a range has one value for each of its two dates`,
      hint: `write { "start-date": ${sample}, "end-date": ${sample} }`,
    };
  }
}

function* rangeParts(value: JsonObject, property: string, at: JsonPath): Generator<Problem> {
  // Only a label needs both.
  const needed = property === "label" ? ["start-date", "end-date"] : ["start-date"];
  for (const part of needed) {
    if (value[part] !== undefined) continue;
    yield {
      code: "MISSING_CALENDAR_PICKER_RANGE_MODE_PROP",
      at,
      message: `${property} of this range has no ${part}`,
      hint: `add "${part}"`,
    };
  }
  const extra = Object.keys(value).find((key) => key !== "start-date" && key !== "end-date");
  if (extra === undefined) return;
  yield {
    code: "UNEXPECTED_CALENDAR_PICKER_RANGE_MODE_PROP",
    at,
    message: `${property} of a range has start-date and end-date, and no ${extra}`,
    hint: `remove ${extra}`,
  };
}

function* singleShape({ properties, path }: Component, property: string): Generator<Problem> {
  if (!isJsonObject(properties[property])) return;
  yield {
    code: "INVALID_TYPE",
    at: [...path, property],
    message: `${property} is split in two, but this picker picks one date`,
    hint: `write one value, or add "mode": "range"`,
  };
}

function* daysOrder({ properties, path }: Component): Generator<Problem> {
  const min = properties["min-days"];
  const max = properties["max-days"];
  if (typeof min !== "number" || typeof max !== "number" || min <= max) return;
  for (const property of ["min-days", "max-days"]) {
    yield {
      code: "INVALID_MIN_MAX_DAYS",
      at: [...path, property],
      message: "min-days of this CalendarPicker is greater than its max-days",
      hint: `swap the two, or lower min-days to ${max}`,
    };
  }
}

function* rangeOnly({ properties, path }: Component): Generator<Problem> {
  for (const property of RANGE_ONLY) {
    if (properties[property] === undefined) continue;
    yield {
      code: "INVALID_PROPERTY_NAME_FOR_CONDITION",
      at: [...path, property],
      part: "key",
      message: `${property} is for ranges, but this picker picks one date`,
      hint: `add "mode": "range", or remove ${property}`,
    };
  }
}
