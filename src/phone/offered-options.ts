// The options a component offers right now, whether flow.json lists them or data brings them. Options
// from data are taken as they are: a binding inside them would be text.

import { type ActionProperty, componentSpec } from "../flow-json/components.ts";
import type { Component } from "../flow-json/component-tree.ts";
import { asText } from "../flow-json/evaluate.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../flow-json/json-value.ts";
import type { ScreenScope } from "./screen-scope.ts";

export type OfferedOption = {
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  /** Everything else about it: description, image, badge … Actions are kept apart. */
  readonly properties: JsonObject;
  /** The option's own actions, their payloads resolved. */
  readonly actions: Readonly<Partial<Record<ActionProperty, JsonObject>>>;
};

const ACTIONS = ["on-click-action", "on-select-action", "on-unselect-action"] as const;

/** `null` for a component that offers none. */
export function offeredOptions(
  component: Component,
  scope: ScreenScope,
): readonly OfferedOption[] | null {
  const property = componentSpec(component.type)?.items ?? null;
  if (property === null) return null;
  const items = scope.value(component.properties[property]);
  return isJsonArray(items) ? items.filter(isJsonObject).map(parseOption) : [];
}

function parseOption(item: JsonObject): OfferedOption {
  const properties = Object.fromEntries(
    Object.entries(item).filter(([name]) => !ACTIONS.some((action) => action === name)),
  );
  const actions = ACTIONS.flatMap((name) => {
    const action = item[name];
    return isJsonObject(action) ? [[name, action] as const] : [];
  });
  return {
    id: asText(item["id"]),
    title: asText(titleOf(item)),
    enabled: item["enabled"] !== false,
    properties,
    actions: Object.fromEntries(actions),
  };
}

/** A NavigationList keeps its title one level down. */
function titleOf(item: JsonObject): JsonValue | undefined {
  const main = item["main-content"];
  return isJsonObject(main) ? main["title"] : item["title"];
}
