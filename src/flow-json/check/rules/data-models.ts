// A screen's `data`: types that exist, lists that say what they hold, examples that are examples.
// Source: Meta, "Flow JSON", dynamic properties; paths observed in Meta's web client, August 2026.

import type { DataSchema } from "../../data-model.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
} from "../../json-value.ts";
import { nameOfSchema } from "../compare-schemas.ts";
import type { FlowView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { retyped } from "./navigate-values.ts";
import { type Edit, type Problem, replaceValue } from "./rule.ts";

const TYPES = ["array", "boolean", "integer", "null", "number", "object", "string"];

/** What other languages call the same. */
const SYNONYMS: Readonly<Record<string, string>> = {
  text: "string",
  str: "string",
  date: "string",
  int: "integer",
  float: "number",
  double: "number",
  bool: "boolean",
  list: "array",
  map: "object",
  dict: "object",
};

export function* dataModels({ screens }: FlowView): Generator<Problem> {
  for (const { data, model, path } of screens) {
    if (data === null) continue;
    for (const { name, schema } of model.fields) {
      const entry = data[name];
      if (!isJsonObject(entry)) continue;
      const at = [...path, "data", name];
      yield* checkSchema(entry, at, true);
      const example = entry["__example__"];
      if (example !== undefined) yield* checkExample(example, schema, [...at, "__example__"]);
    }
  }
}

function* checkSchema(entry: JsonObject, at: JsonPath, isTop: boolean): Generator<Problem> {
  yield* checkType(entry["type"], [...at, "type"]);
  if (!isTop && entry["__example__"] !== undefined) {
    yield {
      code: "INVALID_SCREEN_DATA",
      at: [...at, "__example__"],
      part: "key",
      message: "__example__ stands only directly in an entry of data",
      hint: "remove it here, and give the whole example in the entry itself",
    };
  }
  const items = entry["items"];
  if (entry["type"] === "array" && !isJsonObject(items)) {
    yield {
      code: "INVALID_SCREEN_DATA",
      at,
      message: "an array must say what it holds",
      hint: 'add "items": { "type": "string" }, or whatever its items are',
    };
  }
  if (isJsonObject(items)) yield* checkSchema(items, [...at, "items"], false);
  const properties = entry["properties"];
  if (!isJsonObject(properties)) return;
  for (const [name, each] of Object.entries(properties)) {
    if (isJsonObject(each)) yield* checkSchema(each, [...at, "properties", name], false);
  }
}

function* checkType(type: JsonValue | undefined, at: JsonPath): Generator<Problem> {
  if (type === undefined || (typeof type === "string" && TYPES.includes(type))) return;
  const hint = `write one of ${TYPES.join(", ")}`;
  if (typeof type === "string") {
    const lower = type.toLowerCase();
    const meant = Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower] : nearestName(type, TYPES);
    const fix = meant === null || meant === undefined ? null : replaceValue(at, meant);
    yield { code: "INVALID_ENUM_VALUE", at, message: `there is no type ${type}`, hint, fix };
    return;
  }
  const [only] = isJsonArray(type) && type.length === 1 ? type : [];
  const fix = typeof only === "string" && TYPES.includes(only) ? replaceValue(at, only) : null;
  const message = "a type is one word, not a list or anything else";
  yield { code: "INVALID_SCREEN_DATA", at, message, hint, fix };
  yield { code: "INVALID_ENUM_VALUE", at, message, hint, fix };
}

function* checkExample(value: JsonValue, schema: DataSchema, at: JsonPath): Generator<Problem> {
  if (schema.kind === "array" && isJsonArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* checkExample(item, schema.items, [...at, index]);
    }
  } else if (schema.kind === "object" && isJsonObject(value)) {
    for (const field of schema.fields) {
      const each = value[field.name];
      if (each !== undefined) yield* checkExample(each, field.schema, [...at, field.name]);
    }
  } else if (!isOfType(value, schema)) {
    yield {
      code: "INVALID_PROPERTY_TYPE",
      at,
      message: `the example is not of the declared type ${nameOfSchema(schema)}`,
      hint: `write an example of type ${nameOfSchema(schema)}, or change the type`,
      fix: exampleFix(value, schema, at),
    };
  }
}

function exampleFix(value: JsonValue, schema: DataSchema, at: JsonPath): Edit | null {
  if (value === null && schema.kind === "string") return replaceValue(at, "");
  return retyped(value, schema, at);
}

function isOfType(value: JsonValue, schema: DataSchema): boolean {
  switch (schema.kind) {
    case "unknown":
      return true;
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return isJsonArray(value);
    case "object":
    case "record":
      return isJsonObject(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === schema.kind;
  }
}
