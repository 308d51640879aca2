// The one pass over JSON text: where every value and key begins and ends, or where the text stops being JSON. Accepts
// exactly what JSON.parse accepts, up to `MAX_DEPTH` and `MAX_VALUES`.

import type { JsonPath } from "./json-value.ts";

/** No flow comes near; whoever walks the value may recurse. */
export const MAX_DEPTH = 200;

/** A hundred screens of a hundred components hold half of it; whoever walks the value is done in time. */
export const MAX_VALUES = 200_000;

/** Of each kind. */
const MAX_KEY_PROBLEMS = 100;

/** Values in the order of the text, a parent before its children; everything in UTF-16 offsets. */
export type Nodes = {
  readonly start: readonly number[];
  /** One past the last character. */
  readonly end: readonly number[];
  /** Of the key that names the value; -1 for the root and in arrays. */
  readonly keyStart: readonly number[];
  readonly keyEnd: readonly number[];
  /** The index of the first node that is not inside this one. */
  readonly next: readonly number[];
};

export type ScannedJson =
  | {
      readonly kind: "json";
      readonly nodes: Nodes;
      readonly keyProblems: readonly {
        readonly kind: "duplicate" | "proto";
        readonly path: JsonPath;
        readonly start: number;
        readonly end: number;
      }[];
    }
  /** No JSON from there on, or more of it than is looked at. */
  | {
      readonly kind: "broken" | "excessive";
      readonly offset: number;
      readonly problem: string;
    };

type Container = {
  readonly node: number;
  /** `null` in an array. */
  readonly keys: Set<string> | null;
  key: string;
  count: number;
};

/** Never leaves this file. */
class Broken extends Error {
  readonly offset: number;
  readonly kind: "broken" | "excessive";
  constructor(offset: number, problem: string, kind: "broken" | "excessive" = "broken") {
    super(problem);
    this.offset = offset;
    this.kind = kind;
  }
}

export function scanJson(text: string): ScannedJson {
  try {
    return { kind: "json", ...scan(text) };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { kind: error.kind, offset: error.offset, problem: error.message };
  }
}

function scan(text: string): Omit<ScannedJson & { kind: "json" }, "kind"> {
  const start: number[] = [];
  const end: number[] = [];
  const keyStart: number[] = [];
  const keyEnd: number[] = [];
  const next: number[] = [];
  const keyProblems: (ScannedJson & { kind: "json" })["keyProblems"][number][] = [];
  const problemCounts = { duplicate: 0, proto: 0 };
  const stack: Container[] = [];
  let at = skipSpace(text, 0);
  let key: readonly [number, number] = [-1, -1];

  const pathOf = (last: string): JsonPath => [
    ...stack.slice(0, -1).map(({ keys, key: name, count }) => (keys === null ? count : name)),
    last,
  ];
  const readKey = (container: Container): void => {
    const from = at;
    if (text[at] !== '"') throw new Broken(at, "expected a key in double quotes");
    at = endOfString(text, at);
    key = [from, at];
    const token = text.slice(from, at);
    const name = token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
    const kind = keyProblemOf(name, container);
    // No number of one kind hides the other.
    if (kind !== null && problemCounts[kind] < MAX_KEY_PROBLEMS) {
      problemCounts[kind] += 1;
      keyProblems.push({ kind, path: pathOf(name), start: from, end: at });
    }
    container.keys?.add(name);
    container.key = name;
    at = skipSpace(text, at);
    if (text[at] !== ":") throw new Broken(at, "expected a colon after the key");
    at = skipSpace(text, at + 1);
  };
  /** At the first character of a value; leaves `at` behind it, or inside it where it is a container with content. */
  const readValue = (): void => {
    const node = start.length;
    if (node === MAX_VALUES) throw new Broken(at, `more than ${MAX_VALUES} values`, "excessive");
    start.push(at);
    keyStart.push(key[0]);
    keyEnd.push(key[1]);
    key = [-1, -1];
    const first = text[at];
    if (first !== "{" && first !== "[") {
      at = endOfScalar(text, at);
      end.push(at);
      next.push(node + 1);
      return;
    }
    if (stack.length === MAX_DEPTH) {
      throw new Broken(at, `more than ${MAX_DEPTH} levels of nesting`, "excessive");
    }
    end.push(0);
    next.push(0);
    stack.push({ node, keys: first === "{" ? new Set() : null, key: "", count: 0 });
    at = skipSpace(text, at + 1);
  };

  readValue();
  for (let open = stack.at(-1); open !== undefined; open = stack.at(-1)) {
    at = skipSpace(text, at);
    const closing = open.keys === null ? "]" : "}";
    const isEmpty = next.length === open.node + 1;
    if (text[at] === closing) {
      at += 1;
      end[open.node] = at;
      next[open.node] = next.length;
      stack.pop();
      continue;
    }
    if (!isEmpty) {
      if (text[at] !== ",") throw new Broken(at, `expected a comma or ${closing}`);
      at = skipSpace(text, at + 1);
      if (text[at] === closing) throw new Broken(at, "a comma with nothing after it");
      open.count += 1;
    }
    if (open.keys !== null) readKey(open);
    readValue();
  }
  at = skipSpace(text, at);
  if (at < text.length) throw new Broken(at, "text after the end of the JSON");
  return { nodes: { start, end, keyStart, keyEnd, next }, keyProblems };
}

function keyProblemOf(name: string, { keys }: Container): "duplicate" | "proto" | null {
  if (name === "__proto__") return "proto";
  return keys?.has(name) === true ? "duplicate" : null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); ; code = text.charCodeAt(at)) {
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function endOfString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (Number.isNaN(code)) throw new Broken(from, "a string without its closing quote");
    if (code < 0x20) {
      throw new Broken(
        at,
        "a raw control character in a string; write it as an escape such as \\n",
      );
    }
    if (code !== 0x5c) {
      at += 1;
      continue;
    }
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) throw new Broken(at, "an escape that JSON does not have");
    at = ESCAPE.lastIndex;
  }
}

function endOfScalar(text: string, from: number): number {
  if (text[from] === '"') return endOfString(text, from);
  SCALAR.lastIndex = from;
  if (SCALAR.test(text)) return SCALAR.lastIndex;
  throw new Broken(from, from >= text.length ? "the text ends too early" : "expected a value");
}
