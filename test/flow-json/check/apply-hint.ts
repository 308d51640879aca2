// Somebody who does what a hint says, to the letter and without a thought of his own: the measure of how concrete the
// hints are. He sets the value that is named, adds or removes the member that is named, removes a component, declares
// a data field, raises the version; a hint that asks for more leaves him helpless.

import type { Finding } from "../../../src/flow-json/check/finding.ts";
import { applyFixes } from "../../../src/flow-json/check/fix-flow-json.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Step = string | number;

/** `null`: the hint leaves something to think about. */
export function applyHint(text: string, finding: Finding): string | null {
  if (finding.fix !== null) return applyFixes(text, [finding]).text;
  // It is a case file's text, so JSON.
  const flow = JSON.parse(text) as Json;
  const path = stepsOf(finding.path);
  for (const obey of [raiseVersion, declareField, addMember, write, remove]) {
    if (obey(flow, path, finding)) return JSON.stringify(flow);
  }
  return null;
}

type Obey = (flow: Json, path: readonly Step[], finding: Finding) => boolean;

const raiseVersion: Obey = (flow, _, { hint }) => {
  const version = /version ([\d.]+) or later/.exec(hint)?.[1];
  return version !== undefined && set(flow, ["version"], version);
};

/** "declare a as number in the data of screen B_B" */
const declareField: Obey = (flow, _, { hint }) => {
  const match = /^declare (\w+)(?: as (\w+))? in the data of screen (\w+)/.exec(hint);
  if (match === null) return false;
  const [, name = "", type = typeBehind(name), screen] = match;
  const screens = at(flow, ["screens"]);
  const index = Array.isArray(screens)
    ? screens.findIndex((entry) => at(entry, ["id"]) === screen)
    : -1;
  if (at(flow, ["screens", index, "data"]) === undefined) set(flow, ["screens", index, "data"], {});
  return set(flow, ["screens", index, "data", name], { type, __example__: EXAMPLES[type] ?? "x" });
};

const EXAMPLES: Readonly<Record<string, Json>> = { boolean: true, number: 1, string: "x" };

/** The names in hints say of what type they are. */
function typeBehind(name: string): string {
  if (name.startsWith("is_")) return "boolean";
  return name === "count" ? "number" : "string";
}

/** "add `"title": "Title"`", at the object that lacks it. */
const addMember: Obey = (flow, path, { hint }) => {
  const member = /^add `?("[^`]+?)`?(?:,? or|, with| beside|, to|$)/.exec(hint)?.[1];
  const object = at(flow, path);
  const added = member === undefined ? undefined : parse(`{${member}}`);
  if (!isObject(added) || !isObject(object)) return false;
  Object.assign(object, added);
  return true;
};

/** "write `"a"`", "write a date such as 2026-12-31", "write one of these: a, b", "call it DONE or …". */
const write: Obey = (flow, path, { hint }) => {
  const quoted = /^write[^`]*`(.+?)`(?:,| or |;|$)/.exec(hint)?.[1];
  const said =
    /^(?:call it |write .*?(?:such as |of these: |a component: )|write )("?[^",]+?"?)(?: or |, |$)/.exec(
      hint,
    )?.[1];
  const value = quoted ?? said;
  if (value === undefined) return false;
  return set(flow, path, parse(value) ?? value);
};

/** "remove it", "remove `"next"`", "remove one", "…, or remove it", "or remove the If". */
const remove: Obey = (flow, path, { hint, message }) => {
  const named = /\bremove `?"?([\w-]+)"?/.exec(hint)?.[1];
  if (named === undefined)
    return /^keep (?:one|the|it)\b/.test(hint) && removeComponent(flow, path);
  const isMember = isObject(at(flow, path)) && Object.hasOwn(at(flow, path) as object, named);
  if (isMember) return drop(flow, [...path, named]);
  if (path.at(-1) === named) return drop(flow, path);
  const isKey = named === "it" && !/component|If|Switch|screens?\b/.test(message);
  return isKey && typeof path.at(-1) === "string" ? drop(flow, path) : removeComponent(flow, path);
};

/** The nearest entry of an array around `path`. */
function removeComponent(flow: Json, path: readonly Step[]): boolean {
  const index = path.findLastIndex((step) => typeof step === "number");
  return index !== -1 && drop(flow, path.slice(0, index + 1));
}

function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/\['(.*?)'\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, word]) =>
    index === undefined ? (quoted ?? word ?? "") : Number(index),
  );
}

function at(value: Json | undefined, path: readonly Step[]): Json | undefined {
  return path.reduce<Json | undefined>((node, step) => {
    if (Array.isArray(node)) return typeof step === "number" ? node[step] : undefined;
    return isObject(node) && Object.hasOwn(node, step) ? node[String(step)] : undefined;
  }, value);
}

function set(flow: Json, path: readonly Step[], value: Json): boolean {
  const parent = at(flow, path.slice(0, -1));
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === "number") parent[last] = value;
  else if (isObject(parent) && last !== undefined) parent[String(last)] = value;
  else return false;
  return true;
}

function drop(flow: Json, path: readonly Step[]): boolean {
  const parent = at(flow, path.slice(0, -1));
  const last = path.at(-1);
  if (Array.isArray(parent) && typeof last === "number") parent.splice(last, 1);
  else if (isObject(parent) && last !== undefined) delete parent[String(last)];
  else return false;
  return true;
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // It is a text that stands without quotes.
    return undefined;
  }
}
