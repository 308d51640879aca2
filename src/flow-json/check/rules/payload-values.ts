// The values of a payload, told apart by what they are made of: written out, or taken from elsewhere.

import { parseBinding } from "../../binding.ts";
import type { DataSchema } from "../../data-model.ts";
import { isExpression } from "../../expression.ts";
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../../json-value.ts";
import { schemaOfValue } from "../compare-schemas.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import { STRING, UNKNOWN } from "../form-schema.ts";

export type PayloadText = {
  readonly text: string;
  readonly path: JsonPath;
  /** Stands directly under its key, not inside an object or a list. */
  readonly isDirect: boolean;
};

/** Every string of a payload, wherever it is nested. */
export function* payloadTexts(value: JsonValue, path: JsonPath, depth = 0): Generator<PayloadText> {
  if (typeof value === "string") yield { text: value, path, isDirect: depth === 1 };
  if (!isJsonArray(value) && !isJsonObject(value)) return;
  const entries: Iterable<[string | number, JsonValue]> = isJsonArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [key, each] of entries) yield* payloadTexts(each, [...path, key], depth + 1);
}

/** Whether nothing in it is taken from a screen. */
export function isStatic(value: JsonValue): boolean {
  for (const { text } of payloadTexts(value, [])) {
    if (parseBinding(text) !== null || isExpression(text)) return false;
  }
  return true;
}

/** The schema of a value, its bindings followed; whatever leads nowhere is unknown. */
export function schemaOfPayload(value: JsonValue, flow: FlowView, screen: ScreenView): DataSchema {
  return schemaOfValue(value, (text) => {
    const binding = parseBinding(text);
    if (binding === null) return isExpression(text) ? UNKNOWN : STRING;
    const found = flow.resolve(binding, screen);
    return found.kind === "found" ? found.schema : UNKNOWN;
  });
}
