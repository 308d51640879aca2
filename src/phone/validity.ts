// What a client finds wrong with an input before it lets the Footer be pressed.
// Source: Meta, "Components"; formats observed in Meta's web client, August 2026.

import type { Component } from "../flow-json/component-tree.ts";
import { componentSpec } from "../flow-json/components.ts";
import { asText, isEmpty } from "../flow-json/evaluate.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../flow-json/json-value.ts";
import { offeredOptions } from "./offered-options.ts";
import type { ScreenScope } from "./screen-scope.ts";

export type Problem =
  | "missing"
  | "too-short"
  | "too-long"
  | "format"
  | "pattern"
  | "too-few"
  | "too-many"
  | "not-offered"
  | "out-of-range";

/** The first problem of a value, or `null`. An empty value is one only where it is required. */
export function findProblem(
  component: Component,
  value: JsonValue | undefined,
  scope: ScreenScope,
): Problem | null {
  const property = (name: string): JsonValue | undefined => scope.value(component.properties[name]);
  if (isBlank(value)) return isRequired(component, scope) ? "missing" : null;

  switch (componentSpec(component.type)?.value ?? null) {
    case "typed":
      return textProblem(asText(value), property, FORMATS[asText(property("input-type"))]);
    case "text":
      return lengthProblem(asText(value), 0, numberOf(property("max-length"), 600));
    case "choice":
      return isOffered(component, [value], scope) ? null : "not-offered";
    case "choices": {
      const ids = isJsonArray(value) ? value : [];
      if (!isOffered(component, ids, scope)) return "not-offered";
      return countProblem(
        ids.length,
        property("min-selected-items"),
        property("max-selected-items"),
      );
    }
    case "consent":
      return value === true || !isRequired(component, scope) ? null : "missing";
    case "date":
      return dateProblem(value, property);
    case "calendar":
      return isJsonObject(value) ? rangeProblem(value, property) : dateProblem(value, property);
    case "photos":
      return countProblem(
        lengthOf(value),
        property("min-uploaded-photos"),
        property("max-uploaded-photos"),
      );
    case "documents":
      return countProblem(
        lengthOf(value),
        property("min-uploaded-documents"),
        property("max-uploaded-documents"),
      );
    case null:
      return null;
  }
}

/** Whether the user must give an answer, as things stand. */
export function isRequired({ type, properties }: Component, scope: ScreenScope): boolean {
  if (type === "PhotoPicker") return numberOf(properties["min-uploaded-photos"], 0) > 0;
  if (type === "DocumentPicker") return numberOf(properties["min-uploaded-documents"], 0) > 0;
  const required = scope.value(properties["required"]);
  return isJsonObject(required) ? required["start-date"] === true : required === true;
}

type Property = (name: string) => JsonValue | undefined;

const FORMATS: Readonly<Record<string, RegExp>> = {
  email: /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/,
  phone: /^\+?\d[\d .-]*$/,
  passcode: /^\d+$/,
  number: /^[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i,
};

function textProblem(text: string, property: Property, format: RegExp | undefined): Problem | null {
  const length = lengthProblem(
    text,
    numberOf(property("min-chars"), 0),
    numberOf(property("max-chars"), 80),
  );
  if (length !== null) return length;
  if (format !== undefined && !format.test(text)) return "format";
  const pattern = property("pattern");
  return typeof pattern === "string" && !matches(text, pattern) ? "pattern" : null;
}

function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    // Not a regular expression: there is nothing a client could hold the text to.
    return true;
  }
}

function lengthProblem(text: string, min: number, max: number): Problem | null {
  const length = Array.from(text).length;
  if (length < min) return "too-short";
  return length > max ? "too-long" : null;
}

function countProblem(
  count: number,
  min: JsonValue | undefined,
  max: JsonValue | undefined,
): Problem | null {
  if (count < numberOf(min, 0)) return "too-few";
  return count > numberOf(max, Infinity) ? "too-many" : null;
}

function dateProblem(value: JsonValue | undefined, property: Property): Problem | null {
  const date = asText(value);
  if (!isDate(date)) return "format";
  const min = property("min-date");
  const max = property("max-date");
  const unavailable = property("unavailable-dates");
  const isInRange =
    (typeof min !== "string" || date >= min) && (typeof max !== "string" || date <= max);
  const isTaken = isJsonArray(unavailable) && unavailable.includes(date);
  return isInRange && !isTaken && isOnDay(date, property("include-days")) ? null : "out-of-range";
}

function rangeProblem(value: JsonObject, property: Property): Problem | null {
  const start = value["start-date"];
  const end = value["end-date"];
  const required = property("required");
  if (isEmpty(end) && isJsonObject(required) && required["end-date"] === true) return "missing";
  const problem = dateProblem(start, property);
  if (problem !== null || isEmpty(end)) return problem;
  const days = (Date.parse(asText(end)) - Date.parse(asText(start))) / MS_PER_DAY;
  if (days < numberOf(property("min-days"), 0) || days > numberOf(property("max-days"), Infinity)) {
    return "out-of-range";
  }
  return dateProblem(end, property);
}

const MS_PER_DAY = 24 * 60 * 60 * 1000;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function isOnDay(date: string, days: JsonValue | undefined): boolean {
  const day = DAYS[new Date(date).getUTCDay()];
  return !isJsonArray(days) || (day !== undefined && days.includes(day));
}

/** `YYYY-MM-DD`, and a day the calendar has. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isOffered(
  component: Component,
  ids: readonly (JsonValue | undefined)[],
  scope: ScreenScope,
): boolean {
  const offered = offeredOptions(component, scope) ?? [];
  return ids.every((id) => offered.some((option) => option.id === id));
}

function isBlank(value: JsonValue | undefined): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) ? isEmpty(value["start-date"]) : isEmpty(value);
}

function lengthOf(value: JsonValue | undefined): number {
  return isJsonArray(value) ? value.length : 0;
}

function numberOf(value: JsonValue | undefined, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
