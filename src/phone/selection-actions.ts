// Which actions a changed selection fires. An action stands either on the component or on its
// options, so at most one of the two lists is ever filled.

import type { Component } from "../flow-json/component-tree.ts";
import { isJsonArray, type JsonValue } from "../flow-json/json-value.ts";
import { offeredOptions } from "./offered-options.ts";
import type { PhoneState } from "./phone-state.ts";
import { componentAction, optionAction, type ResolvedAction } from "./run-action.ts";
import { scopeOf } from "./screen-scope.ts";

/** The component's own action, or those of the options that were added and taken away. */
export function selectionActions(
  state: PhoneState,
  component: Component,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly (ResolvedAction | null)[] {
  const isOn =
    after !== undefined && after !== false && !(isJsonArray(after) && after.length === 0);
  const own = componentAction(state, component, isOn ? "on-select-action" : "on-unselect-action");
  const was = idsOf(before);
  const is = idsOf(after);
  const options = offeredOptions(component, scopeOf(state, component.screen)) ?? [];
  return [
    own,
    ...options
      .filter(({ id }) => was.has(id) && !is.has(id))
      .map(({ actions }) => optionAction(actions["on-unselect-action"])),
    ...options
      .filter(({ id }) => is.has(id) && !was.has(id))
      .map(({ actions }) => optionAction(actions["on-select-action"])),
  ];
}

function idsOf(value: JsonValue | undefined): ReadonlySet<JsonValue> {
  if (value === undefined) return new Set();
  return new Set(isJsonArray(value) ? value : [value]);
}
