// Every string that stands in a component, whatever it is there for. Components nested in it are not
// part of it.

import type { Component } from "../component-tree.ts";
import { parseReference, type Reference } from "../binding.ts";
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../json-value.ts";

export type ComponentText = {
  readonly text: string;
  readonly path: JsonPath;
  /** The component's own property that it stands in. */
  readonly property: string;
};

const NESTED: ReadonlySet<string> = new Set(["children", "then", "else", "cases"]);

/** Only texts with a brace: without one there is nothing in them to follow. */
export function* componentTexts({ properties, path }: Component): Generator<ComponentText> {
  for (const [property, value] of Object.entries(properties)) {
    if (NESTED.has(property)) continue;
    if (typeof value === "string" ? !value.includes("{") : typeof value !== "object") continue;
    for (const found of textsIn(value, [...path, property])) yield { ...found, property };
  }
}

/** Every reference in a text, be it the whole of it, in an expression or in a condition. */
export function* referencesIn(text: string): Generator<Reference> {
  for (const [, inside = ""] of text.matchAll(/\$\{([^{}]*)\}/g)) {
    const reference = parseReference(inside);
    if (reference !== null) yield reference;
  }
}

function* textsIn(
  value: JsonValue,
  path: JsonPath,
): Generator<{ readonly text: string; readonly path: JsonPath }> {
  if (typeof value === "string" && value.includes("{")) yield { text: value, path };
  if (isJsonArray(value)) {
    for (const [index, each] of value.entries()) yield* textsIn(each, [...path, index]);
  } else if (isJsonObject(value)) {
    for (const [key, each] of Object.entries(value)) yield* textsIn(each, [...path, key]);
  }
}
