// Whether a value of one schema may go where another is expected. Types are compared by structure:
// an integer is a number, arrays by their items, objects by the properties that are expected.
// Lists of allowed values are not compared. Source: observed in Meta's web client, August 2026.

import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../json-value.ts";
import type { DataSchema } from "../data-model.ts";
import { BOOLEAN, NUMBER, STRING, UNKNOWN } from "./form-schema.ts";

export type Comparison =
  | { readonly kind: "fits" }
  | { readonly kind: "differs"; readonly expected: DataSchema; readonly actual: DataSchema }
  /** What is expected is an object that declares no properties; `path` leads to it in the model. */
  | { readonly kind: "undeclared"; readonly path: JsonPath };

const FITS: Comparison = { kind: "fits" };

export function compareSchemas(
  actual: DataSchema,
  expected: DataSchema,
  path: JsonPath = [],
): Comparison {
  const differs: Comparison = { kind: "differs", expected, actual };
  if (actual.kind === "unknown" || expected.kind === "unknown") return FITS;
  switch (expected.kind) {
    case "number":
      return actual.kind === "number" || actual.kind === "integer" ? FITS : differs;
    case "string":
    case "integer":
    case "boolean":
    case "null":
      return actual.kind === expected.kind ? FITS : differs;
    case "array":
      if (actual.kind !== "array") return differs;
      return compareSchemas(actual.items, expected.items, [...path, "items"]);
    case "record":
      if (actual.kind !== "object" && actual.kind !== "record") return differs;
      return { kind: "undeclared", path };
    case "object": {
      if (actual.kind === "record") return FITS;
      if (actual.kind !== "object") return differs;
      const known = new Map(actual.fields.map((field) => [field.name, field.schema]));
      for (const { name, schema } of expected.fields) {
        const found = known.get(name);
        if (found === undefined) return differs;
        const compared = compareSchemas(found, schema, [...path, "properties", name]);
        if (compared.kind !== "fits") return compared;
      }
      return FITS;
    }
  }
}

/** For places that accept several types; an object of any shape fits where objects are accepted. */
export function fitsOneOf(actual: DataSchema, accepted: readonly DataSchema[]): boolean {
  return accepted.some((expected) => compareSchemas(actual, expected).kind !== "differs");
}

/** The schema of a value that is written out. `ofText` decides what a string is. */
export function schemaOfValue(
  value: JsonValue,
  ofText: (text: string) => DataSchema = () => STRING,
): DataSchema {
  if (value === null) return { kind: "null" };
  if (typeof value === "string") return ofText(value);
  if (typeof value === "boolean") return BOOLEAN;
  if (typeof value === "number") return Number.isInteger(value) ? { kind: "integer" } : NUMBER;
  if (isJsonArray(value)) {
    const [first, ...others] = value.map((item) => schemaOfValue(item, ofText));
    const isUniform = others.every(({ kind }) => kind === first?.kind);
    return { kind: "array", items: first !== undefined && isUniform ? first : UNKNOWN };
  }
  if (!isJsonObject(value)) return UNKNOWN;
  return {
    kind: "object",
    fields: Object.entries(value).map(([name, each]) => ({
      name,
      schema: schemaOfValue(each, ofText),
      required: true,
    })),
  };
}

/** The type in words: `string`, `array of string`. */
export function nameOfSchema(schema: DataSchema): string {
  if (schema.kind === "array") {
    return schema.items.kind === "unknown" ? "array" : `array of ${nameOfSchema(schema.items)}`;
  }
  return schema.kind === "record" ? "object" : schema.kind;
}
