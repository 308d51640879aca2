// A value that someone enters, as the client keeps it. What a person could not enter at all is
// refused; what could be typed but is not valid is kept, and `findProblem` says so.

import type { Component } from "../flow-json/component-tree.ts";
import { componentSpec } from "../flow-json/components.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../flow-json/json-value.ts";
import { offeredOptions } from "./offered-options.ts";
import { PhoneError } from "./phone-error.ts";
import type { ScreenScope } from "./screen-scope.ts";
import { findProblem } from "./validity.ts";

/**
 * @param value `null` clears the input
 * @returns `undefined` for an input that is empty afterwards
 * @throws PhoneError `WRONG_VALUE`
 */
export function acceptValue(
  component: Component,
  value: JsonValue,
  scope: ScreenScope,
): JsonValue | undefined {
  const kind = componentSpec(component.type)?.value ?? null;
  if (kind === "consent") {
    if (typeof value === "boolean") return value;
    throw wrong(component, "true or false");
  }
  if (value === null) return undefined;
  switch (kind) {
    case "typed":
    case "text":
      // A number input holds text too.
      if (typeof value === "string" || typeof value === "number") return String(value);
      throw wrong(component, "text");
    case "choice":
      if (isChoosable(component, [value], scope)) return value;
      throw wrong(component, "the id of an option that is offered and enabled");
    case "choices":
      if (isJsonArray(value) && isChoosable(component, value, scope)) return value;
      throw wrong(component, "a list of ids of options that are offered and enabled");
    case "date":
    case "calendar":
      if (findProblem(component, value, scope) === null) return value;
      throw wrong(component, "a date that can be picked");
    case "photos":
    case "documents":
      if (isJsonArray(value) && value.every(isJsonObject)) return value;
      throw wrong(component, "a list of uploaded files");
    case null:
      throw new PhoneError("NO_SUCH_COMPONENT", `${component.type} takes no value`);
  }
}

/** What an init value becomes: number inputs hold text. */
export function initialValue({ type }: Component, value: JsonValue): JsonValue {
  return type === "TextInput" && typeof value === "number" ? String(value) : value;
}

function isChoosable(component: Component, ids: readonly JsonValue[], scope: ScreenScope): boolean {
  const options = offeredOptions(component, scope) ?? [];
  const chosen = ids.map((id) => options.find((option) => option.id === id));
  return new Set(ids).size === ids.length && chosen.every((option) => option?.enabled === true);
}

function wrong({ type, name }: Component, expected: string): PhoneError {
  return new PhoneError("WRONG_VALUE", `${type} ${name ?? ""} takes ${expected}`);
}
