// What `${…}` and expressions are worth on a screen at this moment. Text that came from an endpoint
// is data: it is never looked into for bindings again.

import { parseBinding } from "../flow-json/binding.ts";
import { evaluate, type Scope } from "../flow-json/evaluate.ts";
import { isExpression, parseExpression } from "../flow-json/expression.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../flow-json/json-value.ts";
import { isAtLeast } from "../flow-json/versions.ts";
import type { PhoneState } from "./phone-state.ts";

export interface ScreenScope extends Scope {
  /** A property or payload as flow.json writes it, with everything dynamic in it resolved. */
  value(written: JsonValue | undefined): JsonValue | undefined;
  /** The same for an object's members; those that resolve to nothing are left out. */
  object(written: JsonObject): JsonObject;
}

export function scopeOf(state: PhoneState, screen: string): ScreenScope {
  const knowsExpressions = isAtLeast(state.document.version, "6.0");

  const resolve: Scope["resolve"] = (reference) => {
    const visited = state.screens.get(reference.screen ?? screen);
    return visited === undefined ? undefined : valueAt(visited[reference.source], reference.path);
  };

  const text = (written: string): JsonValue | undefined => {
    const binding = parseBinding(written);
    if (binding !== null) return resolve(binding);
    if (!knowsExpressions || !isExpression(written)) return written;
    const parsed = parseExpression(written);
    return parsed.kind === "parsed" ? evaluate(parsed.expression, { resolve }) : written;
  };

  const object = (written: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(written).flatMap(([name, member]) => {
        const resolved = value(member);
        return resolved === undefined ? [] : [[name, resolved]];
      }),
    );

  const value = (written: JsonValue | undefined): JsonValue | undefined => {
    if (typeof written === "string") return text(written);
    if (isJsonArray(written)) return written.map((item) => value(item) ?? null);
    return isJsonObject(written) ? object(written) : written;
  };

  return { resolve, value, object };
}

function valueAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );
}
