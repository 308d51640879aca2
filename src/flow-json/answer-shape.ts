// What a component's `${form.name}` can hold when it is sent, in the words of the `answer` builders.
// How much is certain depends on who sends it: only a Footer waits until the client has checked the
// inputs that are shown; a selection or a link sends whatever is there.

import type { Component } from "./component-tree.ts";
import { componentSpec } from "./components.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";

export type AnswerBuilder =
  | "text"
  | "draft"
  | "email"
  | "phone"
  | "number"
  | "passcode"
  | "date"
  | "dateRange"
  | "choice"
  | "choices"
  | "consent"
  | "photos"
  | "documents"
  | "receivedMedia";

export type AnswerShape = {
  readonly kind: "answer";
  readonly builder: AnswerBuilder;
  /** The options' ids where flow.json lists them. */
  readonly ids: readonly string[] | null;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly optional: boolean;
};

/**
 * What is known of the value when it is sent.
 *
 * - `checked`: it was shown, and the client let a Footer send it
 * - `own`: the component itself sends it, having just been set
 * - `unchecked`: sent along with something else, finished or not; a Footer sends what is hidden that way too
 */
export type Trust = "checked" | "own" | "unchecked";

/** Media become something else once the flow is complete. */
export type Destination = "endpoint" | "completion";

/** `null` for a component that has no value. */
export function answerShape(
  component: Component,
  trust: Trust,
  destination: Destination,
): AnswerShape | null {
  const { properties } = component;
  const checked = trust === "checked";
  const optional = trust === "unchecked" || (checked && !isGuaranteed(component));
  const shape = (
    builder: AnswerBuilder,
    options: Options = {},
    ids: readonly string[] | null = null,
  ): AnswerShape => ({ kind: "answer", builder, ids, options: defined(options), optional });

  switch (componentSpec(component.type)?.value ?? null) {
    case null:
      return null;
    case "typed":
      return checked ? shape(...typed(properties)) : draft;
    case "text":
      return checked ? shape("text", { maxLength: integer(properties["max-length"], 600) }) : draft;
    case "choice":
      return shape("choice", {}, staticIds(component));
    case "choices":
      // Taking the last one back is a change too.
      return {
        ...shape("choices", checked ? selected(properties) : {}, staticIds(component)),
        optional: optional || trust === "own",
      };
    case "consent":
      // One that was never ticked is an answer too: no.
      return { ...shape("consent", optional ? {} : requiredConsent(checked)), optional: false };
    case "date":
      return shape("date", checked ? dateBounds(properties) : {});
    case "calendar":
      return isRange(properties)
        ? shape("dateRange", checked ? rangeOptions(properties) : openRange)
        : shape("date", checked ? dateBounds(properties) : {});
    case "photos":
    case "documents": {
      const noun = component.type === "PhotoPicker" ? "photos" : "documents";
      const builder = destination === "completion" ? "receivedMedia" : noun;
      return shape(builder, checked ? uploaded(properties, noun) : {});
    }
  }
}

/** Whether a Footer on its screen cannot be pressed while this input is shown and empty. */
function isGuaranteed({ type, properties }: Component): boolean {
  if (type === "PhotoPicker") return atLeastOne(properties["min-uploaded-photos"]);
  if (type === "DocumentPicker") return atLeastOne(properties["min-uploaded-documents"]);
  return isRequired(properties, "start-date");
}

/** `required` is a boolean, or for a date range an object of two; anything bound may be false. */
function isRequired(properties: JsonObject, end: "start-date" | "end-date"): boolean {
  const required = properties["required"];
  return isRange(properties) && isJsonObject(required) ? required[end] === true : required === true;
}

function isRange(properties: JsonObject): boolean {
  return properties["mode"] === "range";
}

type Options = Readonly<Record<string, string | number | boolean | undefined>>;

const draft: AnswerShape = {
  kind: "answer",
  builder: "draft",
  ids: null,
  options: {},
  optional: false,
};

const openRange = { end: "optional" };

function requiredConsent(checked: boolean): Options {
  return checked ? { required: true } : {};
}

function typed(properties: JsonObject): [AnswerBuilder, Options] {
  const minLength = integer(properties["min-chars"]);
  const maxLength = integer(properties["max-chars"], 80);
  const type = properties["input-type"];
  if (type === "email" || type === "phone") return [type, { minLength, maxLength }];
  // A pattern is tried only on text that is known to be short.
  const pattern = maxLength === undefined ? undefined : usablePattern(properties["pattern"]);
  const builder = type === "number" || type === "passcode" ? type : "text";
  return [builder, { minLength, maxLength, pattern }];
}

function usablePattern(value: JsonValue | undefined): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return new RegExp(value).source === "" ? undefined : value;
  } catch {
    // Not a regular expression: no client can apply it, and the linter reports it.
    return undefined;
  }
}

function selected(properties: JsonObject): Options {
  const min = integer(properties["min-selected-items"], 0) ?? 0;
  return {
    min: positive(properties["required"] === true ? Math.max(min, 1) : min),
    max: integer(properties["max-selected-items"]),
  };
}

function uploaded(properties: JsonObject, noun: "photos" | "documents"): Options {
  return {
    min: positive(integer(properties[`min-uploaded-${noun}`], 0)),
    max: integer(properties[`max-uploaded-${noun}`], 30),
  };
}

function dateBounds(properties: JsonObject): Options {
  return { min: staticDate(properties["min-date"]), max: staticDate(properties["max-date"]) };
}

function rangeOptions(properties: JsonObject): Options {
  return {
    ...(isRequired(properties, "end-date") ? {} : openRange),
    ...dateBounds(properties),
    minDays: positive(integer(properties["min-days"])),
    maxDays: integer(properties["max-days"]),
  };
}

/** Bound dates are known only when the screen is shown. */
function staticDate(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

/** A static whole number; `fallback` where the property is absent, nothing where it is bound. */
function integer(value: JsonValue | undefined, fallback?: number): number | undefined {
  if (value === undefined) return fallback;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** A lower bound of 0 says nothing. */
function positive(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

function atLeastOne(value: JsonValue | undefined): boolean {
  return (integer(value) ?? 0) >= 1;
}

/** `null` where options come from data, or where an id among them does. */
function staticIds({ type, properties }: Component): readonly string[] | null {
  const property = componentSpec(type)?.items ?? null;
  const items = property === null ? undefined : properties[property];
  if (!isJsonArray(items) || items.length === 0) return null;
  const ids = items.map((item) => (isJsonObject(item) ? item["id"] : undefined));
  const known = ids.filter((id) => typeof id === "string" && !id.includes("${"));
  return known.length === ids.length ? [...new Set(known as readonly string[])] : null;
}

function defined(options: Options): AnswerShape["options"] {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
