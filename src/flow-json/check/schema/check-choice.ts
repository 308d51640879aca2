// Booleans, numbers and enumerations, each perhaps with a binding in their place.

import type { JsonValue } from "../../json-value.ts";
import { replaceValue } from "../edit.ts";
import { nearestName } from "../nearest-name.ts";
import { isDynamic } from "./check-text.ts";
import { jsonTypeOf, listLiterals, literal, type SchemaContext } from "./schema-context.ts";
import { nameOf, type SchemaPath } from "./schema-path.ts";
import type { ValueSpec } from "./value-spec.ts";

type NumberSpec = ValueSpec & { readonly kind: "number" };

export function checkBoolean(
  isBindable: boolean,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (typeof value === "boolean") return;
  if (isBindable && typeof value === "string" && isDynamic(value, context)) return;
  const meant = value === "true" || value === "false" ? value === "true" : null;
  context.report(
    {
      code: "INVALID_PROPERTY_TYPE",
      path,
      message: `${nameOf(path)} must be a boolean${isBindable ? " or a binding" : ""}, not ${jsonTypeOf(value)}`,
      hint:
        meant === null
          ? `write \`true\` or \`false\`${isBindable ? ', or a binding like `"${data.is_ready}"`' : ""}`
          : `write ${literal(meant)}`,
      fix: meant === null ? null : replaceValue(context.flow.source, path.steps, meant),
    },
    ...(isBindable && typeof value === "string" ? ["PATTERN_MISMATCH"] : []),
  );
}

export function checkNumber(
  spec: NumberSpec,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (typeof value === "number" && (spec.dynamic || Number.isInteger(value))) {
    checkLimits(spec, value, path, context);
    return;
  }
  if (spec.dynamic && typeof value === "string" && isDynamic(value, context)) return;
  const meant = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  const noun = spec.dynamic ? "a number or a binding" : "a whole number";
  context.report(
    {
      code: "INVALID_PROPERTY_TYPE",
      path,
      message: `${nameOf(path)} must be ${noun}, not ${jsonTypeOf(value)}`,
      hint: Number.isFinite(meant)
        ? `write ${literal(meant)}`
        : `write a number, like \`${spec.maximum ?? 10}\`${spec.dynamic ? ', or a binding like `"${data.count}"`' : ""}`,
      fix: Number.isFinite(meant) ? replaceValue(context.flow.source, path.steps, meant) : null,
    },
    ...(spec.dynamic && typeof value === "string" ? ["PATTERN_MISMATCH"] : []),
  );
}

function checkLimits(
  { minimum, maximum, dynamic }: NumberSpec,
  value: number,
  path: SchemaPath,
  context: SchemaContext,
): void {
  const echoes = dynamic ? ["INVALID_PROPERTY_TYPE"] : [];
  if (minimum !== undefined && value < minimum) {
    context.report(
      {
        code: "MINIMUM_VALUE_REQUIRED",
        path,
        message: `${nameOf(path)} must be at least ${minimum}`,
        hint: `write \`${minimum}\` or more`,
      },
      ...echoes,
    );
  }
  if (maximum !== undefined && value > maximum) {
    context.report(
      {
        code: "MAXIMUM_VALUE_REQUIRED",
        path,
        message: `${nameOf(path)} must be at most ${maximum}`,
        hint: `write \`${maximum}\` or less`,
      },
      ...echoes,
    );
  }
}

export function checkEnum(
  values: readonly string[],
  isBindable: boolean,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (typeof value === "string") {
    if (values.includes(value) || (isBindable && isDynamic(value, context))) return;
  }
  reportNotOneOf({ code: "INVALID_ENUM_VALUE", values, isBindable }, value, path, context);
}

function choiceHint(values: readonly string[]): string {
  // Quoted one by one, a long list is hard to read.
  return values.length > 8
    ? `write one of these: ${values.join(", ")}`
    : `write ${listLiterals(values)}`;
}

export function reportNotOneOf(
  choice: {
    readonly code: "INVALID_ENUM_VALUE" | "INVALID_PROPERTY_VALUE";
    readonly values: readonly string[];
    readonly isBindable?: boolean;
    /** What is said to be wrong; absent: the property. */
    readonly subject?: string;
  },
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  const { code, values, isBindable = false, subject } = choice;
  const only = values.length === 1 ? (values[0] ?? null) : null;
  const meant = only ?? (typeof value === "string" ? nearestName(value, values) : null);
  context.report(
    {
      code,
      path,
      message: `${subject ?? `this value of ${nameOf(path)}`} is not allowed here`,
      hint: meant === null ? choiceHint(values) : `write ${literal(meant)}`,
      fix: meant === null ? null : replaceValue(context.flow.source, path.steps, meant),
    },
    ...(isBindable ? ["PATTERN_MISMATCH"] : []),
  );
}
