// Arrays and maps: how many entries there may be, what the keys may be called, and each entry by itself.

import { isJsonArray, isJsonObject, type JsonValue } from "../../json-value.ts";
import { checkPattern } from "./check-pattern.ts";
import { reportNoObject } from "./check-properties.ts";
import { isDynamic } from "./check-text.ts";
import { sampleValue } from "./sample-value.ts";
import { jsonTypeOf, literal, type SchemaContext } from "./schema-context.ts";
import { element, lastKey, mapEntry, nameOf, refusedKey, type SchemaPath } from "./schema-path.ts";
import type { ValueSpec } from "./value-spec.ts";

export function checkList(
  spec: ValueSpec & { readonly kind: "list" },
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (!isJsonArray(value)) {
    if (spec.dynamic !== "no" && typeof value === "string") {
      if (isDynamic(value, context)) return;
      context.report(
        {
          code: spec.dynamic === "either" ? "INVALID_PROPERTY_TYPE" : "PATTERN_MISMATCH",
          path,
          message: `${nameOf(path)} must be an array or a binding`,
          hint: 'write an array, or a binding like `"${data.options}"`',
        },
        ...(spec.dynamic === "either" ? ["PATTERN_MISMATCH"] : []),
      );
      return;
    }
    context.report({
      code: "INVALID_PROPERTY_TYPE",
      path,
      message: `${nameOf(path)} must be an array, not ${jsonTypeOf(value)}`,
      hint: "write an array: `[…]`",
    });
    return;
  }
  checkLength(spec, value.length, path, context);
  const within: SchemaContext =
    spec.dynamic === "either"
      ? {
          ...context,
          report: (fault, ...echoes) =>
            context.report(fault, ...echoes, { code: "INVALID_PROPERTY_TYPE", at: path }),
        }
      : context;
  for (const [index, item] of value.entries()) {
    context.check(spec.items, item, element(path, index), within);
  }
}

function checkLength(
  {
    items,
    minItems = 0,
    maxItems = Number.POSITIVE_INFINITY,
  }: ValueSpec & { readonly kind: "list" },
  length: number,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (length < minItems) {
    context.report({
      code: "MIN_ITEMS_REQUIRED",
      path,
      message: `${nameOf(path)} is empty`,
      hint: `add an entry, like ${literal(sampleValue(items, lastKey(path), context.flow.version))}`,
    });
  }
  if (length > maxItems) {
    context.report({
      code: "MAX_ITEMS_REQUIRED",
      path,
      message: `${nameOf(path)} holds ${length} entries`,
      hint: `leave at most ${maxItems}`,
    });
  }
}

export function checkMap(
  spec: ValueSpec & { readonly kind: "map" },
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (!isJsonObject(value)) {
    if (spec.dynamic && typeof value === "string" && isDynamic(value, context)) return;
    reportNoObject(value, path, context);
    return;
  }
  for (const key of Object.keys(value)) {
    if (spec.keys === null) break;
    checkPattern(spec.keys, key, refusedKey(path, key), context, "key");
  }
  if (spec.values.kind === "anything") return;
  for (const [key, entry] of Object.entries(value)) {
    // JSON Schema's own word, which Meta lets stand among the fields.
    if (spec.values.kind === "data-entry" && key === "required" && isJsonArray(entry)) continue;
    context.check(spec.values, entry, mapEntry(path, key), context);
  }
}
