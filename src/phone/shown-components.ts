// Which components of the current screen are there to be seen: If and Switch decided, Form opened,
// `visible` obeyed. Logic components themselves are never shown.

import type { Component } from "../flow-json/component-tree.ts";
import { evaluateCondition, parseCondition } from "../flow-json/condition.ts";
import { asText } from "../flow-json/evaluate.ts";
import { currentScreen, type PhoneState } from "./phone-state.ts";
import { type ScreenScope, scopeOf } from "./screen-scope.ts";

/** In the order of the text. */
export function shownComponents(state: PhoneState): readonly Component[] {
  const screen = currentScreen(state);
  return shown(screen.components, scopeOf(state, screen.id));
}

function shown(components: readonly Component[], scope: ScreenScope): readonly Component[] {
  return components.flatMap((component) => shownOf(component, scope));
}

function shownOf(component: Component, scope: ScreenScope): readonly Component[] {
  switch (component.kind) {
    case "leaf":
      return isVisible(component, scope) ? [component] : [];
    case "form":
      return shown(component.children, scope);
    case "if":
      return shown(
        isTrue(component.condition, scope) ? component.whenTrue : component.whenFalse,
        scope,
      );
    case "switch": {
      const wanted = asText(scope.value(component.value));
      return shown(component.cases.get(wanted) ?? component.cases.get("default") ?? [], scope);
    }
  }
}

function isVisible({ properties }: Component, scope: ScreenScope): boolean {
  return scope.value(properties["visible"]) !== false;
}

/** Meta accepts a blank condition; nothing holds then. */
function isTrue(condition: string, scope: ScreenScope): boolean {
  const parsed = parseCondition(condition);
  return parsed.kind === "parsed" && evaluateCondition(parsed.condition, scope);
}
