// The actions a component can fire, wherever they are written: on the component itself, or on its
// static options and list items. Options that come from data bring their actions with them.

import { type ActionProperty, componentSpec } from "./components.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonPath } from "./json-value.ts";
import type { ShapeReader } from "./shape-reader.ts";

export type Action = {
  /** `navigate`, `data_exchange`, `complete`, `open_url` or `update_data`; others are the linter's. */
  readonly name: string;
  readonly trigger: ActionProperty;
  readonly payload: JsonObject | null;
  /** The screen `navigate` leads to. */
  readonly next: string | null;
  readonly url: string | null;
  readonly path: JsonPath;
  /** The index of the option or list item that carries it; `null` on the component itself. */
  readonly item: number | null;
};

const TRIGGERS = ["on-click-action", "on-select-action", "on-unselect-action"] as const;

export function parseActions(
  type: string,
  properties: JsonObject,
  path: JsonPath,
  shape: ShapeReader,
): readonly Action[] {
  const actions = ownActions(properties, path, null, shape);
  const itemsProperty = componentSpec(type)?.items ?? null;
  if (itemsProperty === null) return actions;
  const items = properties[itemsProperty];
  if (!isJsonArray(items)) return actions;
  const carried = items.flatMap((item, index) =>
    isJsonObject(item) ? ownActions(item, [...path, itemsProperty, index], index, shape) : [],
  );
  return [...actions, ...carried];
}

/** Reads one action object, for actions that arrive inside data as well. */
export function parseAction(
  value: JsonObject,
  trigger: ActionProperty,
  path: JsonPath,
  item: number | null,
  shape: ShapeReader,
): Action {
  const next = shape.optional(value, path, "next", "object");
  return {
    name: shape.required(value, path, "name", "string"),
    trigger,
    payload: shape.optional(value, path, "payload", "object") ?? null,
    next: next === undefined ? null : shape.required(next, [...path, "next"], "name", "string"),
    url: shape.optional(value, path, "url", "string") ?? null,
    path,
    item,
  };
}

function ownActions(
  owner: JsonObject,
  path: JsonPath,
  item: number | null,
  shape: ShapeReader,
): readonly Action[] {
  return TRIGGERS.flatMap((trigger) => {
    const value = shape.optional(owner, path, trigger, "object");
    return value === undefined
      ? []
      : [parseAction(value, trigger, [...path, trigger], item, shape)];
  });
}
