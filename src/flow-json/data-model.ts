// A screen's `data` as a schema: what the screen must be given, and what `${data.x}` holds.
// Only what decides types is kept; `__example__` is read here for previews, texts are not.
// Reading is lenient: what is no schema becomes `unknown`, and the linter says so.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";

export type DataSchema =
  | { readonly kind: "string"; readonly values: readonly string[] | null }
  | { readonly kind: "number" | "integer" | "boolean" | "null" | "unknown" }
  | { readonly kind: "array"; readonly items: DataSchema }
  | ObjectSchema
  /** An object that declares no properties: any keys, any values. */
  | { readonly kind: "record" };

export type ObjectSchema = { readonly kind: "object"; readonly fields: readonly DataField[] };

export type DataField = {
  readonly name: string;
  readonly schema: DataSchema;
  readonly required: boolean;
};

/**
 * The model of a screen. Every declared entry is required unless a `required` list stands beside
 * the entries and leaves it out. An entry that is itself called `required` is an object, so the two
 * cannot be confused.
 */
export function parseDataModel(data: JsonObject): ObjectSchema {
  const listed = requiredList(data["required"]);
  const entries = Object.entries(data).filter(([name]) => name !== "required" || listed === null);
  return objectSchema(entries, listed);
}

export function parseDataSchema(value: JsonValue | undefined): DataSchema {
  if (!isJsonObject(value)) return { kind: "unknown" };
  switch (value["type"]) {
    case "string":
      return { kind: "string", values: enumOf(value["enum"]) };
    case "number":
    case "integer":
    case "boolean":
    case "null":
      return { kind: value["type"] };
    case "array":
      return { kind: "array", items: parseDataSchema(value["items"]) };
    case "object": {
      const properties = value["properties"];
      if (!isJsonObject(properties)) return { kind: "record" };
      return objectSchema(Object.entries(properties), requiredList(value["required"]));
    }
    default:
      return { kind: "unknown" };
  }
}

/**
 * The schema at the end of a `${data.…}` path, and whether every step of the way is required.
 * `null` where the model declares no such path; paths do not lead through arrays.
 */
export function schemaAt(
  model: ObjectSchema,
  path: readonly string[],
): { readonly schema: DataSchema; readonly required: boolean } | null {
  let schema: DataSchema = model;
  let required = true;
  for (const name of path) {
    if (schema.kind === "record") return { schema: { kind: "unknown" }, required: false };
    if (schema.kind !== "object") return null;
    const field: DataField | undefined = schema.fields.find((each) => each.name === name);
    if (field === undefined) return null;
    schema = field.schema;
    required &&= field.required;
  }
  return { schema, required };
}

/** The `__example__` of every entry that has one: what a preview shows when nothing was sent. */
export function exampleData(data: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, entry]) => {
      const example = isJsonObject(entry) ? entry["__example__"] : undefined;
      return example === undefined ? [] : [[name, example]];
    }),
  );
}

function objectSchema(
  entries: readonly (readonly [string, JsonValue])[],
  listed: readonly string[] | null,
): ObjectSchema {
  return {
    kind: "object",
    fields: entries.map(([name, entry]) => ({
      name,
      schema: parseDataSchema(entry),
      required: listed === null || listed.includes(name),
    })),
  };
}

function requiredList(value: JsonValue | undefined): readonly string[] | null {
  if (!isJsonArray(value)) return null;
  return value.filter((name) => typeof name === "string");
}

function enumOf(value: JsonValue | undefined): readonly string[] | null {
  if (!isJsonArray(value) || value.length === 0) return null;
  const strings = value.filter((each) => typeof each === "string");
  return strings.length === value.length ? strings : null;
}
