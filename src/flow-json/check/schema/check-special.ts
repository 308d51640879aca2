// Two values with a check of their own: a field of a screen's data, and the condition of an If.

import { isJsonObject, type JsonValue } from "../../json-value.ts";
import { addMember } from "../edit.ts";
import { reportNoObject } from "./check-properties.ts";
import { jsonTypeOf, memberLiteral, type SchemaContext } from "./schema-context.ts";
import type { SchemaPath } from "./schema-path.ts";

/** Its schema is a matter for the rules; here only whether there is one. */
export function checkDataEntry(value: JsonValue, path: SchemaPath, context: SchemaContext): void {
  if (!isJsonObject(value)) {
    reportNoObject(value, path, context);
    return;
  }
  const { type, __example__: example } = value;
  const inferred = example === undefined ? "string" : jsonTypeOf(example);
  const { source } = context.flow;
  const samples = {
    type: inferred,
    __example__: typeof type === "string" ? (EXAMPLES[type] ?? "Example") : "Example",
  } as const;
  for (const key of ["type", "__example__"] as const) {
    if (Object.hasOwn(value, key)) continue;
    const isMechanical = key === "type" && example !== undefined;
    context.report({
      code: "MISSING_REQUIRED_PROPERTY",
      path,
      message: `the data field has no '${key}'`,
      hint: `add ${memberLiteral(key, samples[key])}`,
      fix: isMechanical
        ? addMember(source, path.steps, key, inferred, Object.keys(value)[0])
        : null,
    });
  }
}

const EXAMPLES: Readonly<Record<string, JsonValue>> = {
  array: [],
  boolean: true,
  integer: 1,
  null: null,
  number: 1,
  object: {},
  string: "Example",
};

/** Meta's upload does not survive a condition that is true or 5, and says only that the file is not valid. */
export function checkCondition(value: JsonValue, path: SchemaPath, context: SchemaContext): void {
  if (typeof value === "string") return;
  const isFatal = typeof value === "boolean" || typeof value === "number";
  context.report({
    code: isFatal ? "INVALID_FLOW_JSON" : "INVALID_PROPERTY_TYPE",
    path: isFatal ? { steps: path.steps, spelled: "" } : path,
    message: `condition must be a string, not ${jsonTypeOf(value)}`,
    hint: 'write a condition on a binding, like `"${data.is_shown}"`',
  });
}
