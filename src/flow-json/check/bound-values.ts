// Every place of a component where a binding or an expression may stand, with the types it may give
// there. Names and static options are not among them, and neither are actions and conditions, which
// have rules of their own.
// Source: Meta, "Components" (Flow JSON reference), column "dynamic".

import { type Component, walkComponents } from "../component-tree.ts";
import type { DataSchema } from "../data-model.ts";
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../json-value.ts";
import { BOOLEAN, formSchema, NUMBER, RECORD, STRING, STRINGS, UNKNOWN } from "./form-schema.ts";

export type BoundValue = {
  readonly path: JsonPath;
  readonly text: string;
  /** The property it stands at. */
  readonly property: string;
  readonly accepted: readonly DataSchema[];
};

const TEXT = [STRING];
const TEXTS = [STRING, STRINGS];
const LIST = [{ kind: "array", items: UNKNOWN }] as const;

/** By property; what is the same in every component, as it nearly always is, is written once. */
const ACCEPTED: Readonly<Record<string, readonly DataSchema[]>> = {
  label: TEXT,
  "helper-text": TEXT,
  "error-message": [STRING, RECORD],
  title: TEXT,
  description: TEXT,
  metadata: TEXT,
  badge: TEXT,
  tags: [STRINGS],
  src: TEXT,
  image: TEXT,
  color: TEXT,
  "alt-text": TEXT,
  "font-weight": TEXT,
  "left-caption": TEXT,
  "center-caption": TEXT,
  "right-caption": TEXT,
  value: TEXT,
  "min-date": TEXT,
  "max-date": TEXT,
  "unavailable-dates": [STRINGS],
  "include-days": [STRINGS],
  visible: [BOOLEAN],
  enabled: [BOOLEAN],
  required: [BOOLEAN],
  strikethrough: [BOOLEAN],
  "min-chars": [NUMBER],
  "max-chars": [NUMBER],
  "max-length": [NUMBER],
  "min-selected-items": [NUMBER],
  "max-selected-items": [NUMBER],
  "min-days": [NUMBER],
  "max-days": [NUMBER],
  width: [NUMBER],
  height: [NUMBER],
  "aspect-ratio": [NUMBER, STRING],
  "data-source": LIST,
  "list-items": LIST,
  images: LIST,
  "init-values": [RECORD],
  "error-messages": [RECORD],
};

/** Their parts are written one by one. */
const GROUPS: ReadonlySet<string> = new Set([
  "data-source",
  "list-items",
  "images",
  "main-content",
  "start",
  "end",
]);

/** A calendar range has these instead of one value. */
const RANGE_PARTS: ReadonlySet<string> = new Set(["start-date", "end-date"]);

/** @param isWanted  asked of every text before anything else, so that the many plain ones cost nothing */
export function* boundValues(
  component: Component,
  isWanted: (text: string) => boolean,
): Generator<BoundValue> {
  for (const [property, value] of Object.entries(component.properties)) {
    if (
      typeof value === "string" ? !isWanted(value) : !isJsonArray(value) && !isJsonObject(value)
    ) {
      continue;
    }
    const path = [...component.path, property];
    const found =
      property === "init-values" || property === "error-messages"
        ? formValues(component, property, value, path)
        : valuesAt(property, value, path, acceptedAt(component, property));
    for (const bound of found) {
      if (isWanted(bound.text)) yield bound;
    }
  }
}

function acceptedAt(component: Component, property: string): readonly DataSchema[] | undefined {
  if (property === "text") {
    return ["TextBody", "TextCaption", "RichText"].includes(component.type) ? TEXTS : TEXT;
  }
  if (property === "init-value") return [formSchema(component) ?? UNKNOWN];
  const isRange = component.type === "CalendarPicker" && component.properties["mode"] === "range";
  const isSplit = ["label", "helper-text", "required"].includes(property);
  if (isRange && isSplit) return [...(ACCEPTED[property] ?? []), RECORD];
  return Object.hasOwn(ACCEPTED, property) ? ACCEPTED[property] : undefined;
}

function* valuesAt(
  property: string,
  value: JsonValue,
  path: JsonPath,
  accepted: readonly DataSchema[] | undefined,
): Generator<BoundValue> {
  if (typeof value === "string") {
    if (accepted !== undefined) yield { path, text: value, property, accepted };
    return;
  }
  if (isJsonArray(value) && GROUPS.has(property)) {
    for (const [index, item] of value.entries()) {
      yield* partsOf(item, [...path, index]);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  if (GROUPS.has(property)) {
    yield* partsOf(value, path);
    return;
  }
  for (const part of RANGE_PARTS) {
    const each = value[part];
    if (typeof each === "string" && accepted !== undefined) {
      yield { path: [...path, part], text: each, property, accepted: partTypes(accepted) };
    }
  }
}

function* partsOf(value: JsonValue, path: JsonPath): Generator<BoundValue> {
  if (!isJsonObject(value)) return;
  for (const [property, each] of Object.entries(value)) {
    const accepted = Object.hasOwn(ACCEPTED, property) ? ACCEPTED[property] : undefined;
    yield* valuesAt(property, each, [...path, property], accepted);
  }
}

function partTypes(accepted: readonly DataSchema[]): readonly DataSchema[] {
  return accepted.map((schema) => (schema.kind === "object" ? STRING : schema));
}

function* formValues(
  form: Component,
  property: "init-values" | "error-messages",
  value: JsonValue,
  path: JsonPath,
): Generator<BoundValue> {
  if (typeof value === "string") yield { path, text: value, property, accepted: [RECORD] };
  if (!isJsonObject(value) || form.kind !== "form") return;
  const inputs = new Map([...walkComponents(form.children)].map((each) => [each.name, each]));
  for (const [name, each] of Object.entries(value)) {
    const input = inputs.get(name);
    if (typeof each !== "string" || input === undefined) continue;
    const accepted = property === "init-values" ? [formSchema(input) ?? UNKNOWN] : [STRING, RECORD];
    yield { path: [...path, name], text: each, property, accepted };
  }
}
