// Actions that flow.json does not hold because they arrive inside the data: a NavigationList whose
// `list-items` are bound may get an `on-click-action` with every item. What such an action does is
// known only from the `__example__`, what it sends only from the data model.

import { parseBinding } from "./binding.ts";
import type { Component } from "./component-tree.ts";
import { type DataSchema, exampleData, type ObjectSchema, schemaAt } from "./data-model.ts";
import type { Screen } from "./document.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "./json-value.ts";

export type ItemAction = {
  readonly name: string;
  /** The screen `navigate` leads to. */
  readonly next: string | null;
  readonly payload: ObjectSchema;
};

/** The distinct actions that the example's items show; empty where items bring none. */
export function itemActions(component: Component, screen: Screen): readonly ItemAction[] {
  if (component.type !== "NavigationList") return [];
  const items = component.properties["list-items"];
  const binding = typeof items === "string" ? parseBinding(items) : null;
  if (binding === null || binding.source !== "data" || binding.screen !== null) return [];

  const payload = payloadSchema(schemaAt(screen.model, binding.path)?.schema);
  const example = valueAt(exampleData(screen.data ?? {}), binding.path);
  const found = new Map<string, ItemAction>();
  for (const item of isJsonArray(example) ? example : []) {
    const action = isJsonObject(item) ? item["on-click-action"] : undefined;
    if (!isJsonObject(action) || typeof action["name"] !== "string") continue;
    const next = valueAt(action, ["next", "name"]);
    const target = typeof next === "string" ? next : null;
    found.set(`${action["name"]} ${target}`, { name: action["name"], next: target, payload });
  }
  return [...found.values()];
}

function payloadSchema(list: DataSchema | undefined): ObjectSchema {
  const item = list?.kind === "array" ? list.items : undefined;
  const payload =
    item?.kind === "object" ? schemaAt(item, ["on-click-action", "payload"])?.schema : undefined;
  return payload?.kind === "object" ? payload : { kind: "object", fields: [] };
}

function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );
}
