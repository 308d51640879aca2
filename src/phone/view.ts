// What the user sees: everything dynamic resolved, everything hidden left out. For whoever draws a
// screen, in a terminal or in a browser; it changes nothing.

import type { Component } from "../flow-json/component-tree.ts";
import { type ComponentSpec, componentSpec } from "../flow-json/components.ts";
import { asText } from "../flow-json/evaluate.ts";
import { formatPath, type JsonObject, type JsonValue } from "../flow-json/json-value.ts";
import { errorMessages } from "./form-properties.ts";
import { type OfferedOption, offeredOptions } from "./offered-options.ts";
import { currentScreen, type Phase, type PhoneState, screenState } from "./phone-state.ts";
import { type ScreenScope, scopeOf } from "./screen-scope.ts";
import { shownComponents } from "./shown-components.ts";
import { findProblem, isRequired, type Problem } from "./validity.ts";

export type View = {
  readonly phase: Phase;
  /** `null` before the first screen. */
  readonly screen: string | null;
  readonly title: string;
  /** Without the Footer, in the order of the text. */
  readonly components: readonly ViewComponent[];
  readonly footer: ViewFooter | null;
  readonly snackbar: string | null;
  /** Whether going back shows another screen rather than leaving the flow. */
  readonly hasBack: boolean;
};

export type ViewComponent = {
  /** Unique on its screen. */
  readonly key: string;
  readonly type: string;
  readonly role: ComponentSpec["role"];
  readonly name: string | null;
  /** What there is to read, in reading order; empty texts are left out. */
  readonly texts: readonly string[];
  /** As in flow.json, resolved; without actions and options. */
  readonly properties: JsonObject;
  /** `null` for a component without options. */
  readonly options: readonly OfferedOption[] | null;
  /** `null` while there is none. */
  readonly value: JsonValue;
  readonly required: boolean;
  readonly enabled: boolean;
  /** The flow's own message about this input, until the user edits it. */
  readonly error: JsonValue;
  /** What the client itself finds wrong. */
  readonly problem: Problem | null;
  /** Whether pressing it does something. */
  readonly pressable: boolean;
};

export type ViewFooter = {
  readonly key: string;
  readonly label: string;
  readonly texts: readonly string[];
  readonly properties: JsonObject;
  /** Never while the phone waits. */
  readonly enabled: boolean;
  /** The required inputs it waits for. */
  readonly blockedBy: readonly { readonly name: string; readonly problem: Problem }[];
};

export function view(state: PhoneState): View {
  const { phase, snackbar, history } = state;
  if (history.length === 0) {
    return {
      phase,
      screen: null,
      title: "",
      components: [],
      footer: null,
      snackbar,
      hasBack: false,
    };
  }
  const screen = currentScreen(state);
  const scope = scopeOf(state, screen.id);
  const { form, edited } = screenState(state, screen.id);
  const messages = new Map(
    errorMessages(screen, scope)
      .filter(({ name }) => !edited.has(name))
      .map(({ name, value }) => [name, value]),
  );
  return {
    phase,
    screen: screen.id,
    title: asText(scope.value(screen.title)),
    components: shownComponents(state)
      .filter(({ type }) => type !== "Footer")
      .map((component) => {
        const value = component.name === null ? undefined : form[component.name];
        const error = component.name === null ? undefined : messages.get(component.name);
        return viewComponent(component, scope, value, error);
      }),
    footer: footerOf(state),
    snackbar,
    hasBack: history.length > 1,
  };
}

/** `null` when no Footer is shown. */
export function footerOf(state: PhoneState): ViewFooter | null {
  const screen = currentScreen(state);
  const scope = scopeOf(state, screen.id);
  const shown = shownComponents(state);
  const footer = shown.find(({ type }) => type === "Footer");
  if (footer === undefined) return null;
  const { form } = screenState(state, screen.id);
  const blockedBy = shown.flatMap((component) => {
    if (component.name === null || !isRequired(component, scope)) return [];
    const problem = findProblem(component, form[component.name], scope);
    return problem === null ? [] : [{ name: component.name, problem }];
  });
  const properties = shownProperties(footer, scope);
  return {
    key: keyOf(footer),
    label: asText(properties["label"]),
    texts: textsOf(footer.type, properties),
    properties,
    enabled:
      state.phase.kind === "showing" && properties["enabled"] !== false && blockedBy.length === 0,
    blockedBy,
  };
}

/** Unique on its screen, and the same in every view of it. */
export function keyOf({ path }: Component): string {
  return formatPath(path);
}

function viewComponent(
  component: Component,
  scope: ScreenScope,
  value: JsonValue | undefined,
  error: JsonValue | undefined,
): ViewComponent {
  const properties = shownProperties(component, scope);
  const options = offeredOptions(component, scope);
  return {
    key: keyOf(component),
    type: component.type,
    role: componentSpec(component.type)?.role ?? "text",
    name: component.name,
    texts: textsOf(component.type, properties),
    properties,
    options,
    value: value ?? null,
    required: isRequired(component, scope),
    enabled: properties["enabled"] !== false,
    error: error ?? null,
    problem: findProblem(component, value, scope),
    pressable:
      component.actions.some(({ trigger }) => trigger === "on-click-action") ||
      options?.some(({ actions }) => "on-click-action" in actions) === true,
  };
}

/** A text may be a list of paragraphs, or in a calendar's range one text per date. */
function textsOf(type: string, properties: JsonObject): readonly string[] {
  const names = componentSpec(type)?.texts ?? [];
  return names.flatMap((name) => stringsIn(properties[name])).filter((text) => text !== "");
}

function stringsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(stringsIn);
  return [asText(value)];
}

const NOT_SHOWN = new Set([
  "type",
  "name",
  "data-source",
  "list-items",
  "on-click-action",
  "on-select-action",
  "on-unselect-action",
  "init-value",
  "error-message",
]);

function shownProperties({ properties }: Component, scope: ScreenScope): JsonObject {
  return scope.object(
    Object.fromEntries(Object.entries(properties).filter(([name]) => !NOT_SHOWN.has(name))),
  );
}
