// What the five actions do. They take effect at once, but for `data_exchange`, which leaves the phone
// waiting for an answer.

import type { ActionProperty } from "../flow-json/components.ts";
import type { Component } from "../flow-json/component-tree.ts";
import { isJsonObject, type JsonObject } from "../flow-json/json-value.ts";
import { isAtLeast } from "../flow-json/versions.ts";
import { findMismatch } from "./check-data.ts";
import {
  currentScreen,
  type DataExchangeRequest,
  exchangeRequest,
  type Failure,
  type PhoneState,
  type Step,
  screenState,
  step,
} from "./phone-state.ts";
import { receiveData } from "./screen-data.ts";
import { scopeOf } from "./screen-scope.ts";
import { shownComponents } from "./shown-components.ts";

/** An action ready to run: nothing in it is dynamic any more. */
export type ResolvedAction = {
  readonly name: string;
  readonly payload: JsonObject;
  readonly next: string | null;
  readonly url: string | null;
};

/** The action written on the component itself, or `null`. */
export function componentAction(
  state: PhoneState,
  component: Component,
  trigger: ActionProperty,
): ResolvedAction | null {
  const action = component.actions.find((each) => each.trigger === trigger && each.item === null);
  if (action === undefined) return null;
  const scope = scopeOf(state, component.screen);
  const url = scope.value(action.url ?? undefined);
  return {
    name: action.name,
    payload: scope.object(action.payload ?? {}),
    next: action.next,
    url: typeof url === "string" ? url : null,
  };
}

/** An action that an option carries, already resolved with the option. */
export function optionAction(action: JsonObject | undefined): ResolvedAction | null {
  if (action === undefined || typeof action["name"] !== "string") return null;
  const { name, payload, next, url } = action;
  const target = isJsonObject(next) ? next["name"] : null;
  return {
    name,
    payload: isJsonObject(payload) ? payload : {},
    next: typeof target === "string" ? target : null,
    url: typeof url === "string" ? url : null,
  };
}

export function runAction(state: PhoneState, action: ResolvedAction): Step {
  const screen = currentScreen(state);
  switch (action.name) {
    case "navigate":
      return navigate(state, action);
    case "data_exchange":
      return send(state, exchangeRequest(state, "data_exchange", screen.id, action.payload));
    case "complete": {
      const params = { ...action.payload, flow_token: state.flowToken };
      return step({ ...state, phase: { kind: "completed", params } });
    }
    case "update_data":
      return step(updateData(state, action.payload));
    case "open_url":
      // Clients open nothing but https.
      return step(
        state,
        action.url?.startsWith("https://") === true ? { kind: "open_url", url: action.url } : null,
      );
    default:
      // No client knows such an action; the linter reports it.
      return step(state);
  }
}

/** The phone waits from here on. */
export function send(state: PhoneState, request: DataExchangeRequest): Step {
  return step(
    { ...state, snackbar: null, phase: { kind: "waiting", request } },
    { kind: "exchange", request },
  );
}

export function failWith(state: PhoneState, failure: Failure): Step {
  return step({ ...state, phase: { kind: "failed", failure } });
}

/** Shows the screen on top of the history, which has just come up. */
export function show(state: PhoneState): Step {
  const shown: PhoneState = { ...state, phase: { kind: "showing" } };
  return firesOnRender(state) ? fireSelections(shown) : step(shown);
}

function navigate(state: PhoneState, { next, payload }: ResolvedAction): Step {
  const screen = next === null ? undefined : state.document.screen(next);
  if (screen === undefined) {
    const detail = `navigate leads to ${next ?? "no screen"}, which is not in flow.json`;
    return failWith(state, {
      error: "invalid-screen-transition",
      detail,
      status: null,
      retry: null,
    });
  }
  const received = receiveData({ ...state, snackbar: null }, screen, payload, "flow");
  return show({ ...received, history: [...state.history, screen.id] });
}

/** Keys that the screen does not declare, and values of another type, are refused one by one. */
function updateData(state: PhoneState, payload: JsonObject): PhoneState {
  const screen = currentScreen(state);
  const accepted = Object.entries(payload).filter(([name, value]) => {
    const field = screen.model.fields.find((each) => each.name === name);
    return field !== undefined && findMismatch(field.schema, value) === null;
  });
  return receiveData(state, screen, Object.fromEntries(accepted), "flow");
}

/** Version 6, and no other, fires a selection's action when its screen is drawn. */
function firesOnRender({ document: { version } }: PhoneState): boolean {
  return isAtLeast(version, "6.0") && !isAtLeast(version, "7.0");
}

/** Only for inputs that hold a value, and no further once a request is on its way. */
function fireSelections(state: PhoneState): Step {
  const { form } = screenState(state, currentScreen(state).id);
  return shownComponents(state).reduce<Step>((now, component) => {
    const value = component.name === null ? null : (form[component.name] ?? null);
    if (now.state.phase.kind !== "showing" || value === null) return now;
    const action = componentAction(now.state, component, "on-select-action");
    return action === null ? now : runAction(now.state, action);
  }, step(state));
}
