// What becomes of an open flow when its flow.json is saved: whatever still fits stays, so that whoever
// edits the file does not fill in everything again. For development only; a client never does this.

import { type Component, walkComponents } from "../flow-json/component-tree.ts";
import type { FlowJsonDocument, Screen } from "../flow-json/document.ts";
import type { JsonObject } from "../flow-json/json-value.ts";
import { findMismatch } from "./check-data.ts";
import { acceptValue } from "./input-value.ts";
import { PhoneError } from "./phone-error.ts";
import { type PhoneState, type ScreenState, screenState, withScreenState } from "./phone-state.ts";
import { scopeOf } from "./screen-scope.ts";

/**
 * The same phone with another version of its flow. Data stay where the screen's model still takes
 * them, a form value where an input of its name and type would still take it.
 *
 * @returns a phone that is closed when the screen shown is gone, or what the screen must be given
 *   is not there; it is then to be entered again
 */
export function carryOver(
  state: PhoneState,
  document: FlowJsonDocument,
  flowToken: string,
): PhoneState {
  const screens = new Map(
    [...state.screens].flatMap(([id, { data }]): [string, ScreenState][] => {
      const screen = document.screen(id);
      if (screen === undefined) return [];
      return [[id, { data: keptData(screen, data), form: {}, edited: new Set() }]];
    }),
  );
  const moved: PhoneState = { ...state, document, flowToken, screens };
  const kept = [...screens.keys()].reduce((now, id) => withKeptForm(now, state, id), moved);
  const shown = state.history.at(-1);
  const screen = shown === undefined ? undefined : document.screen(shown);
  if (screen === undefined || !isComplete(kept, screen)) {
    return { ...kept, history: [], snackbar: null, phase: { kind: "closed" } };
  }
  return { ...kept, history: state.history.filter((id) => document.screen(id) !== undefined) };
}

function keptData(screen: Screen, data: JsonObject): JsonObject {
  const kept = Object.entries(data).filter(([name, value]) => {
    const field = screen.model.fields.find((each) => each.name === name);
    return field === undefined || findMismatch(field.schema, value) === null;
  });
  return Object.fromEntries(kept);
}

function isComplete(state: PhoneState, screen: Screen): boolean {
  return findMismatch(screen.model, screenState(state, screen.id).data) === null;
}

/** @param before the phone with the flow as it was */
function withKeptForm(state: PhoneState, before: PhoneState, id: string): PhoneState {
  const inputs = inputsOf(state.document.screen(id));
  const types = inputsOf(before.document.screen(id));
  const { form, edited } = screenState(before, id);
  const scope = scopeOf(state, id);
  const kept = Object.entries(form).filter(([name, value]) => {
    const component = inputs.get(name);
    if (component === undefined || component.type !== types.get(name)?.type) return false;
    if (component.type === "OptIn" && value === null) return true;
    try {
      return acceptValue(component, value, scope) !== undefined;
    } catch (error) {
      if (error instanceof PhoneError) return false;
      throw error;
    }
  });
  return withScreenState(state, id, { form: Object.fromEntries(kept), edited });
}

function inputsOf(screen: Screen | undefined): ReadonlyMap<string, Component> {
  const inputs = new Map<string, Component>();
  for (const component of walkComponents(screen?.components ?? [])) {
    if (component.name !== null && component.kind === "leaf") inputs.set(component.name, component);
  }
  return inputs;
}
