// Paths as Meta's schema phase spells them, which is not how its rules do: a key that is no plain word, and every key of
// a map, stands in brackets. A key that should not be there is written plainly again.

import type { JsonPath } from "../../json-value.ts";

export type SchemaPath = { readonly steps: JsonPath; readonly spelled: string };

export const ROOT: SchemaPath = { steps: [], spelled: "" };

const WORD = /^[a-z$_][a-z$_0-9]*$/i;

export function property(path: SchemaPath, key: string): SchemaPath {
  return WORD.test(key) ? refusedKey(path, key) : mapEntry(path, key);
}

export function mapEntry(path: SchemaPath, key: string): SchemaPath {
  return { steps: [...path.steps, key], spelled: `${path.spelled}['${key}']` };
}

export function element(path: SchemaPath, index: number): SchemaPath {
  return { steps: [...path.steps, index], spelled: `${path.spelled}[${index}]` };
}

export function refusedKey(path: SchemaPath, key: string): SchemaPath {
  const separator = path.spelled === "" ? "" : ".";
  return { steps: [...path.steps, key], spelled: `${path.spelled}${separator}${key}` };
}

/** The last key on the way to `path`. */
export function lastKey(path: SchemaPath): string {
  return path.steps.findLast((step) => typeof step === "string") ?? "";
}

/** The name by which a message speaks of what stands at `path`. */
export function nameOf(path: SchemaPath): string {
  const key = path.steps.findLast((step) => typeof step === "string");
  if (key === undefined) return "flow.json";
  return typeof path.steps.at(-1) === "number" ? `an entry of ${key}` : key;
}
