// Data arriving on a screen, and what it does to the inputs there: they may start with a value, be
// given another one, or lose a choice that is no longer offered.
// Source: observed in Meta's web client, August 2026.

import { type Component, walkComponents } from "../flow-json/component-tree.ts";
import type { Screen } from "../flow-json/document.ts";
import { isJsonArray, type JsonObject, type JsonValue } from "../flow-json/json-value.ts";
import { initValues } from "./form-properties.ts";
import { initialValue } from "./input-value.ts";
import { offeredOptions } from "./offered-options.ts";
import { type PhoneState, screenState, withFormValue, withScreenState } from "./phone-state.ts";
import { scopeOf } from "./screen-scope.ts";

/**
 * Merges data into a screen's own, on top of what is there.
 *
 * A screen met for the first time starts with its init values. After that an endpoint's reply, and
 * nothing else, sets again the ones that are bound to what it brought.
 */
export function receiveData(
  state: PhoneState,
  screen: Screen,
  data: JsonObject,
  from: "endpoint" | "flow",
): PhoneState {
  const isFirst = !state.screens.has(screen.id);
  const before = screenState(state, screen.id);
  const merged = withScreenState(state, screen.id, {
    data: { ...before.data, ...data },
    form: isFirst ? untouchedForm(screen) : before.form,
    edited: from === "endpoint" ? new Set() : before.edited,
  });
  const initialised = initValues(screen, scopeOf(merged, screen.id))
    .filter(
      ({ dataKey }) =>
        isFirst || (from === "endpoint" && dataKey !== null && Object.hasOwn(data, dataKey)),
    )
    .reduce((now, { name, value }) => setInitial(now, screen, name, value), merged);
  return clearVanishedChoices(initialised, screen);
}

/** An OptIn that nobody has touched is sent as `null`; every other input is not sent at all. */
function untouchedForm(screen: Screen): JsonObject {
  return Object.fromEntries(
    [...walkComponents(screen.components)].flatMap(({ type, name }) =>
      type === "OptIn" && name !== null ? [[name, null] as const] : [],
    ),
  );
}

function setInitial(state: PhoneState, screen: Screen, name: string, value: JsonValue): PhoneState {
  for (const component of walkComponents(screen.components)) {
    if (component.kind === "leaf" && component.name === name) {
      return withFormValue(state, screen.id, name, initialValue(component, value));
    }
  }
  return state;
}

/** A choice goes with its option, when new data no longer offers that. */
function clearVanishedChoices(state: PhoneState, screen: Screen): PhoneState {
  return [...walkComponents(screen.components)].reduce((now, component) => {
    const { name } = component;
    const value = name === null ? undefined : screenState(now, screen.id).form[name];
    if (name === null || value === undefined) return now;
    const offered = offeredIds(component, now, screen);
    if (offered === null) return now;
    const kept = isJsonArray(value) ? value.filter((id) => offered.has(id)) : value;
    const isGone = isJsonArray(kept) ? kept.length === 0 : !offered.has(kept);
    return withFormValue(now, screen.id, name, isGone ? undefined : kept);
  }, state);
}

function offeredIds(
  component: Component,
  state: PhoneState,
  screen: Screen,
): ReadonlySet<JsonValue> | null {
  const options = offeredOptions(component, scopeOf(state, screen.id));
  return options === null ? null : new Set(options.map(({ id }) => id));
}
