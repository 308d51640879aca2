// Init values and error messages, which stand on the input itself or, inside a Form, in one map on
// the Form. Whichever it is, they come out here by component name.

import { parseBinding } from "../flow-json/binding.ts";
import { type Component, walkComponents } from "../flow-json/component-tree.ts";
import type { Screen } from "../flow-json/document.ts";
import { isJsonObject, type JsonValue } from "../flow-json/json-value.ts";
import type { ScreenScope } from "./screen-scope.ts";

export type NamedValue = {
  readonly name: string;
  readonly value: JsonValue;
  /** The entry of the screen's data it comes from; `null` for anything else. */
  readonly dataKey: string | null;
};

/** Only those that resolve to something. */
export function initValues(screen: Screen, scope: ScreenScope): readonly NamedValue[] {
  return namedValues(screen, scope, "init-values", "init-value");
}

/** A media picker's message may be an object: one text per file. */
export function errorMessages(screen: Screen, scope: ScreenScope): readonly NamedValue[] {
  return namedValues(screen, scope, "error-messages", "error-message").filter(
    ({ value }) => value !== "",
  );
}

function namedValues(
  screen: Screen,
  scope: ScreenScope,
  formProperty: string,
  ownProperty: string,
): readonly NamedValue[] {
  return [...walkComponents(screen.components)].flatMap((component) =>
    component.kind === "form"
      ? formValues(component, scope, formProperty)
      : named(component.name, component.properties[ownProperty], scope),
  );
}

function formValues(form: Component, scope: ScreenScope, property: string): readonly NamedValue[] {
  const written = form.properties[property];
  if (isJsonObject(written)) {
    return Object.entries(written).flatMap(([name, value]) => named(name, value, scope));
  }
  const dataKey = dataKeyOf(written);
  const values = scope.value(written);
  if (!isJsonObject(values)) return [];
  return Object.entries(values).map(([name, value]) => ({ name, value, dataKey }));
}

function named(
  name: string | null,
  written: JsonValue | undefined,
  scope: ScreenScope,
): readonly NamedValue[] {
  const value = scope.value(written);
  if (name === null || value === undefined || value === null) return [];
  return [{ name, value, dataKey: dataKeyOf(written) }];
}

function dataKeyOf(written: JsonValue | undefined): string | null {
  const binding = typeof written === "string" ? parseBinding(written) : null;
  return binding?.source === "data" && binding.screen === null ? binding.path[0] : null;
}
