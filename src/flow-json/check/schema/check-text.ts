// Strings of every kind: text a user reads, names, identifiers, bindings, addresses and patterns.

import { parseBinding } from "../../binding.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json-value.ts";
import { isAtLeast } from "../../versions.ts";
import { replaceValue } from "../edit.ts";
import { checkPattern } from "./check-pattern.ts";
import { sampleValue } from "./sample-value.ts";
import { jsonTypeOf, literal, type SchemaContext } from "./schema-context.ts";
import { element, lastKey, nameOf, type SchemaPath } from "./schema-path.ts";
import type { ValueSpec } from "./value-spec.ts";

type TextSpec = ValueSpec & { readonly kind: "text" };
type PlainSpec = ValueSpec & { readonly kind: "plain" };

export function checkText(
  spec: TextSpec,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (typeof value === "string") {
    const isTooShort = spec.filled === true && value === "";
    const isBlank = isRefusedBlank(value, context);
    if (!isTooShort && !isBlank) return;
    context.report(
      {
        code: isTooShort ? "MIN_CHARS_REQUIRED" : "PATTERN_MISMATCH",
        path,
        message: `${nameOf(path)} is empty`,
        hint: `write what the user shall read there, like ${literal(sampleValue(spec, lastKey(path), context.flow.version))}`,
      },
      ...(isTooShort && isBlank ? ["PATTERN_MISMATCH"] : []),
      "INVALID_PROPERTY_TYPE",
    );
    return;
  }
  if (spec.or === "object" && isJsonObject(value)) return;
  if (spec.or === "number" && typeof value === "number") return;
  if (spec.or === "strings" && isJsonArray(value)) {
    for (const [index, item] of value.entries()) {
      if (typeof item !== "string") reportNoString(item, element(path, index), context, path);
    }
    return;
  }
  reportNoString(value, path, context);
}

export function checkPlain(
  spec: PlainSpec,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (typeof value !== "string") {
    reportNoString(value, path, context);
    return;
  }
  if (spec.pattern !== undefined) {
    checkPattern(spec.pattern, value, path, context);
  } else if (spec.blank === undefined && isRefusedBlank(value, context)) {
    context.report({
      code: "PATTERN_MISMATCH",
      path,
      message: `${nameOf(path)} is empty`,
      hint: `write a text, like ${literal(sampleValue(spec, lastKey(path), context.flow.version))}`,
    });
  }
}

export function checkName(value: JsonValue, path: SchemaPath, context: SchemaContext): void {
  if (typeof value !== "string") {
    reportNoString(value, path, context);
    return;
  }
  const isFixed = !value.includes("${") && !value.startsWith("`");
  if (isFixed && value.trim() !== "") return;
  const word = /[A-Za-z_]\w*(?=\W*$)/.exec(value)?.[0] ?? "field_name";
  context.report({
    code: value === "" ? "MIN_CHARS_REQUIRED" : "PATTERN_MISMATCH",
    path,
    message: isFixed
      ? `${nameOf(path)} is empty`
      : `${nameOf(path)} must be a fixed name, neither binding nor expression`,
    hint: `write ${literal(word)}`,
  });
}

export function checkBinding(value: JsonValue, path: SchemaPath, context: SchemaContext): void {
  if (typeof value !== "string") {
    reportNoString(value, path, context);
  } else if (!isDynamic(value, context)) {
    context.report({
      code: "PATTERN_MISMATCH",
      path,
      message: `${nameOf(path)} must be a binding`,
      hint: 'write a binding to a string, like `"${data.value}"`, and declare it in the screen\'s data',
    });
  }
}

export function checkRegex(value: JsonValue, path: SchemaPath, context: SchemaContext): void {
  if (typeof value !== "string") {
    reportNoString(value, path, context);
  } else if (parseBinding(value) === null && !isRegex(value)) {
    context.report({
      code: "INVALID_PROPERTY_VALUE_FORMAT",
      path,
      message: `${nameOf(path)} is not a regular expression`,
      hint: 'write one, like `"[0-9]+"`; brackets and parentheses must be closed, or escaped with `\\\\`',
    });
  }
}

/** A whole binding or, from 6.0 on, a whole expression. */
export function isDynamic(value: string, context: SchemaContext): boolean {
  if (parseBinding(value) !== null) return true;
  const isExpression = value.length > 1 && value.startsWith("`") && value.endsWith("`");
  return isExpression && isAtLeast(context.flow.version, "6.0");
}

export function reportNoString(
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
  list: SchemaPath | null = null,
): void {
  const canQuote = typeof value === "number" || typeof value === "boolean";
  context.report(
    {
      code: "INVALID_PROPERTY_TYPE",
      path,
      message: `${nameOf(path)} must be a string, not ${jsonTypeOf(value)}`,
      hint: canQuote ? `write ${literal(String(value))}` : "write a string in double quotes",
      fix: canQuote ? replaceValue(context.flow.source, path.steps, String(value)) : null,
    },
    ...(list === null ? [] : [{ code: "INVALID_PROPERTY_TYPE", at: list }]),
  );
}

function isRefusedBlank(value: string, context: SchemaContext): boolean {
  return value.trim() === "" && isAtLeast(context.flow.version, "6.0");
}

function isRegex(value: string): boolean {
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    // A SyntaxError is the answer.
    return false;
  }
}
