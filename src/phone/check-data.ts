// Data held against a screen's model, as a client does before it shows the screen. Keys that the
// model does not declare are allowed; what it declares must be there and of its type.

import type { DataSchema } from "../flow-json/data-model.ts";
import {
  formatPath,
  isJsonArray,
  isJsonObject,
  type JsonPath,
  type JsonValue,
} from "../flow-json/json-value.ts";

/** The path of the first value that does not fit and what is wrong with it, or `null`. */
export function findMismatch(
  schema: DataSchema,
  value: JsonValue | undefined,
  path: JsonPath = [],
): string | null {
  if (value === undefined) return `${formatPath(path)} is missing`;
  switch (schema.kind) {
    case "unknown":
      return null;
    case "string":
      if (typeof value !== "string") return wrongType(path, "a string");
      if (schema.values === null || schema.values.includes(value)) return null;
      return `${formatPath(path)} is none of the values listed`;
    case "number":
      return typeof value === "number" ? null : wrongType(path, "a number");
    case "integer":
      return Number.isInteger(value) ? null : wrongType(path, "an integer");
    case "boolean":
      return typeof value === "boolean" ? null : wrongType(path, "a boolean");
    case "null":
      return value === null ? null : wrongType(path, "null");
    case "record":
      return isJsonObject(value) ? null : wrongType(path, "an object");
    case "array":
      if (!isJsonArray(value)) return wrongType(path, "an array");
      return firstOf(
        value.map((item, index) => findMismatch(schema.items, item, [...path, index])),
      );
    case "object":
      if (!isJsonObject(value)) return wrongType(path, "an object");
      return firstOf(
        schema.fields.map((field) => {
          const member = Object.hasOwn(value, field.name) ? value[field.name] : undefined;
          if (member === undefined && !field.required) return null;
          return findMismatch(field.schema, member, [...path, field.name]);
        }),
      );
  }
}

function wrongType(path: JsonPath, expected: string): string {
  return `${formatPath(path)} is not ${expected}`;
}

function firstOf(mismatches: readonly (string | null)[]): string | null {
  return mismatches.find((mismatch) => mismatch !== null) ?? null;
}
