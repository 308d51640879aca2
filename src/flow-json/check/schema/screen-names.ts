// Other names for screens whose own Meta refuses, and everything that has to change with such a name: routes, targets,
// and bindings to other screens.

import type { JsonSource } from "../../json-source.ts";
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../../json-value.ts";
import { replaceKey, replaceValue } from "../edit.ts";
import type { Edit, Fix } from "../finding.ts";

export interface ScreenNames {
  rename(id: string): Rename;
}

export type Rename = {
  readonly name: string;
  /** Whether a screen has the id that was asked about. */
  readonly isScreen: boolean;
  readonly fix: Fix | null;
};

/** Each rename walks the whole text; whoever has more to rename does it in several rounds. */
const MAX_FIXES = 20;

export function createScreenNames(source: JsonSource): ScreenNames {
  const renamed = new Map<string, Rename>();
  let ids: ReadonlySet<JsonValue> | null = null;
  const given = new Set<string>();
  return {
    rename(id) {
      const known = renamed.get(id);
      if (known !== undefined) return known;
      ids ??= screenIds(source.value);
      const screens = ids;
      const name = freeName(id, (other) => screens.has(other) || given.has(other));
      given.add(name);
      const isScreen = screens.has(id);
      const isFixed = isScreen && renamed.size < MAX_FIXES;
      const rename = { name, isScreen, fix: isFixed ? renameFix(source, id, name) : null };
      renamed.set(id, rename);
      return rename;
    },
  };
}

function screenIds(root: JsonValue): ReadonlySet<JsonValue> {
  const screens = isJsonObject(root) ? root["screens"] : undefined;
  const list = isJsonArray(screens) ? screens : [];
  return new Set(list.flatMap((screen) => (isJsonObject(screen) ? [screen["id"] ?? null] : [])));
}

/** The id without what it may not hold; a letter at its end where that name is taken. */
function freeName(id: string, isTaken: (name: string) => boolean): string {
  const letters = id
    .replaceAll(/[^A-Za-z]+/g, "_")
    .replaceAll(/^_|_$/g, "")
    .slice(0, 80);
  const name = letters === "" ? "SCREEN" : letters;
  let free = name;
  for (let number = 1; isTaken(free); number += 1) free = `${name}_${lettersOf(number)}`;
  return free;
}

/** 1 is B: the first of the name needs no letter. */
function lettersOf(number: number): string {
  const last = String.fromCharCode(65 + (number % 26));
  return number < 26 ? last : lettersOf(Math.floor(number / 26) - 1) + last;
}

function renameFix(source: JsonSource, id: string, name: string): Fix | null {
  const edits = [...editsOf(source, source.value, [], id, name)];
  const [first, ...also] = edits;
  return first === undefined ? null : { ...first, also };
}

function* editsOf(
  source: JsonSource,
  value: JsonValue,
  path: JsonPath,
  id: string,
  name: string,
): Generator<Edit> {
  if (typeof value === "string") {
    const changed = isScreenId(path) && value === id ? name : renameBindings(value, id, name);
    if (changed !== value) yield replaceValue(source, path, changed);
  } else if (isJsonArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* editsOf(source, item, [...path, index], id, name);
    }
  } else if (isJsonObject(value)) {
    for (const [key, entry] of Object.entries(value)) {
      const isRoute = key === id && path.length === 1 && path[0] === "routing_model";
      if (isRoute) yield replaceKey(source, [...path, key], name);
      yield* editsOf(source, entry, [...path, key], id, name);
    }
  }
}

function isScreenId(path: JsonPath): boolean {
  if (path[0] === "routing_model") return path.length === 3;
  if (path[0] === "screens" && path.length === 3) return path[2] === "id";
  return path.at(-1) === "name" && path.at(-2) === "next";
}

function renameBindings(text: string, id: string, name: string): string {
  return text.replaceAll(`\${screen.${id}.`, `\${screen.${name}.`);
}
