// A WhatsApp client running one flow, as a state machine: no crypto, no network, no clock. Whoever
// drives it fills, presses and goes back, sends the requests it asks for, and tells it the answers.
// Source: Meta, "Flow JSON" and "Implement endpoints for Flows"; the rest observed in Meta's web
// client, August 2026.

import type { Component } from "../flow-json/component-tree.ts";
import type { FlowJsonDocument } from "../flow-json/document.ts";
import type { JsonObject, JsonValue } from "../flow-json/json-value.ts";
import { deriveRoutes, findEntryScreens } from "../flow-json/routes.ts";
import { acceptValue } from "./input-value.ts";
import { offeredOptions } from "./offered-options.ts";
import { PhoneError } from "./phone-error.ts";
import {
  currentScreen,
  exchangeRequest,
  type PhoneState,
  type Step,
  screenState,
  step,
  withFormValue,
  withScreenState,
} from "./phone-state.ts";
import {
  componentAction,
  optionAction,
  type ResolvedAction,
  runAction,
  send,
  show,
} from "./run-action.ts";
import { receiveData } from "./screen-data.ts";
import { scopeOf } from "./screen-scope.ts";
import { selectionActions } from "./selection-actions.ts";
import { shownComponents } from "./shown-components.ts";
import { footerOf, keyOf } from "./view.ts";

/** The `flow_action` of the message the flow is opened from. */
export type FlowAction =
  | { readonly action: "data_exchange" }
  | { readonly action: "navigate"; readonly screen?: string; readonly data?: JsonObject };

export type PressTarget =
  | { readonly kind: "footer" }
  /** An EmbeddedLink, by its `key` in the view. */
  | { readonly kind: "link"; readonly key: string }
  /** The link that an OptIn with an `on-click-action` carries. */
  | { readonly kind: "opt-in"; readonly name: string }
  | { readonly kind: "item"; readonly list: string; readonly id: string };

export function createPhone(
  document: FlowJsonDocument,
  { flowToken }: { readonly flowToken: string },
): PhoneState {
  return {
    document,
    flowToken,
    history: [],
    screens: new Map(),
    snackbar: null,
    phase: { kind: "closed" },
  };
}

/**
 * Opens the flow. With `navigate` the first entry screen comes up unless the message names another;
 * with `data_exchange` the endpoint is asked.
 *
 * @throws PhoneError `NO_SUCH_SCREEN`
 */
export function enter(state: PhoneState, message: FlowAction): Step {
  const { document } = state;
  if (message.action === "data_exchange") {
    return send({ ...state, history: [] }, exchangeRequest(state, "INIT", "", {}));
  }
  const id = message.screen ?? findEntryScreens(deriveRoutes(document))[0];
  const screen = id === undefined ? undefined : document.screen(id);
  if (screen === undefined) throw new PhoneError("NO_SUCH_SCREEN", `${id} is not in flow.json`);
  const received = receiveData(state, screen, message.data ?? {}, "flow");
  return show({ ...received, history: [screen.id] });
}

/**
 * Enters a value, which may fire the input's select and unselect actions.
 *
 * @param value text, an option's id, a list of ids, a boolean, a date, `{ "start-date", "end-date" }`,
 *   a list of uploads; `null` clears the input
 * @throws PhoneError where a person could not do that
 */
export function fill(state: PhoneState, name: string, value: JsonValue): Step {
  assertShowing(state);
  const screen = currentScreen(state);
  const scope = scopeOf(state, screen.id);
  const component = shownComponents(state).find((each) => each.name === name);
  if (component === undefined) {
    throw new PhoneError("NO_SUCH_COMPONENT", `no input called ${name} is shown on ${screen.id}`);
  }
  if (component.type === "NavigationList") {
    throw new PhoneError("WRONG_VALUE", `${name} is a list to press on, not to fill`);
  }
  if (scope.value(component.properties["enabled"]) === false) {
    throw new PhoneError("DISABLED", `${name} is disabled`);
  }
  const before = screenState(state, screen.id);
  const accepted = acceptValue(component, value, scope);
  if (JSON.stringify(accepted) === JSON.stringify(before.form[name])) return step(state);
  const edited = withScreenState(state, screen.id, { edited: new Set([...before.edited, name]) });
  const filled = withFormValue(edited, screen.id, name, accepted);
  return runAll(filled, selectionActions(filled, component, before.form[name], accepted));
}

/** @throws PhoneError where there is nothing to press, or it is disabled */
export function press(state: PhoneState, target: PressTarget): Step {
  assertShowing(state);
  if (target.kind === "item") return pressItem(state, target);
  const component = findPressed(state, target);
  if (target.kind === "footer") {
    const footer = footerOf(state);
    if (footer?.enabled !== true) {
      const blocking = footer?.blockedBy.map(({ name, problem }) => `${name} (${problem})`) ?? [];
      const reason = blocking.length === 0 ? "disabled" : `waiting for ${blocking.join(", ")}`;
      throw new PhoneError("DISABLED", `the footer is ${reason}`);
    }
  }
  return runAll(state, [componentAction(state, component, "on-click-action")]);
}

/** Back from the first screen leaves the flow. */
export function back(state: PhoneState): Step {
  assertShowing(state);
  const { history, document } = state;
  if (history.length === 1) return step({ ...state, phase: { kind: "closed" } });
  const left = currentScreen(state);
  if (left.refreshOnBack && document.dataApiVersion !== null) {
    return send(state, exchangeRequest(state, "BACK", left.id, {}));
  }
  return show({ ...state, history: history.slice(0, -1), snackbar: null });
}

function assertShowing({ phase }: PhoneState): void {
  if (phase.kind !== "showing") {
    throw new PhoneError("NOT_SHOWING", `the phone is ${phase.kind}, so nothing can be done on it`);
  }
}

function findPressed(state: PhoneState, target: Exclude<PressTarget, { kind: "item" }>): Component {
  const isTarget = (component: Component): boolean => {
    if (target.kind === "footer") return component.type === "Footer";
    if (target.kind === "opt-in") {
      return component.type === "OptIn" && component.name === target.name;
    }
    return component.type === "EmbeddedLink" && keyOf(component) === target.key;
  };
  const found = shownComponents(state).find(isTarget);
  if (found === undefined) {
    throw new PhoneError("NO_SUCH_COMPONENT", `no such ${target.kind} is shown`);
  }
  return found;
}

function pressItem(state: PhoneState, { list, id }: Extract<PressTarget, { kind: "item" }>): Step {
  const component = shownComponents(state).find(
    ({ type, name }) => type === "NavigationList" && name === list,
  );
  if (component === undefined) {
    throw new PhoneError("NO_SUCH_COMPONENT", `no list called ${list} is shown`);
  }
  const chosen = withFormValue(state, component.screen, list, id);
  const options = offeredOptions(component, scopeOf(chosen, component.screen)) ?? [];
  const item = options.find((each) => each.id === id);
  if (item === undefined) throw new PhoneError("NO_SUCH_COMPONENT", `${list} has no such item`);
  if (!item.enabled) throw new PhoneError("DISABLED", `the item of ${list} is disabled`);
  return runAll(chosen, [
    optionAction(item.actions["on-click-action"]) ??
      componentAction(chosen, component, "on-click-action"),
  ]);
}

/** In turn, until one of them leaves the screen or has the phone wait. */
function runAll(state: PhoneState, actions: readonly (ResolvedAction | null)[]): Step {
  return actions.reduce<Step>((now, action) => {
    if (action === null || now.state.phase.kind !== "showing") return now;
    return runAction(now.state, action);
  }, step(state));
}
