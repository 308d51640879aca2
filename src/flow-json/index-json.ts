// JSON text with a position for everything, in one pass and without recursion: a linter meets files of ten megabytes and
// nesting that ends other parsers with a stack overflow. Positions are kept as plain numbers, and looked up by key only
// where somebody asks. Of a key written twice the last one counts, as in JSON.parse.

import type { JsonRange, JsonSource } from "./json-source.ts";
import type { JsonPath, JsonValue } from "./json-value.ts";
import { type Nodes, scanJson } from "./scan-json.ts";
import { createTextLines } from "./text-lines.ts";

/** A key that JSON allows and no flow.json should have. */
export type KeyProblem = {
  readonly kind: "duplicate" | "proto";
  readonly path: JsonPath;
  readonly range: JsonRange;
};

export type IndexedJson =
  | {
      readonly kind: "json";
      readonly source: JsonSource;
      /** At most a hundred of each kind. */
      readonly keyProblems: readonly KeyProblem[];
    }
  | {
      readonly kind: "broken" | "excessive";
      readonly range: JsonRange;
      readonly problem: string;
    };

/** Never throws. */
export function indexJson(text: string): IndexedJson {
  const lines = createTextLines(text);
  const scan = scanJson(text);
  if (scan.kind !== "json") {
    const end = Math.min(text.length, scan.offset + 1);
    return { kind: scan.kind, range: lines.range(scan.offset, end), problem: scan.problem };
  }
  const { nodes } = scan;
  return {
    kind: "json",
    source: {
      text,
      // JSON.parse returns `any`; whatever it returns is by its definition a JsonValue.
      value: JSON.parse(text) as JsonValue,
      locate: createLocate(text, nodes, (start, end) => lines.range(start, end)),
    },
    keyProblems: scan.keyProblems.map(({ kind, path, start, end }) => ({
      kind,
      path,
      range: lines.range(start, end),
    })),
  };
}

function createLocate(
  text: string,
  nodes: Nodes,
  range: (start: number, end: number) => JsonRange,
): JsonSource["locate"] {
  const elements = new Map<number, readonly number[]>();
  const members = new Map<number, ReadonlyMap<string, number>>();

  const childrenOf = (node: number): readonly number[] => {
    const known = elements.get(node);
    if (known !== undefined) return known;
    const children: number[] = [];
    const end = nodes.next[node] ?? 0;
    for (let child = node + 1; child < end; child = nodes.next[child] ?? end) children.push(child);
    elements.set(node, children);
    return children;
  };
  const membersOf = (node: number): ReadonlyMap<string, number> => {
    const known = members.get(node);
    if (known !== undefined) return known;
    const byKey = new Map(childrenOf(node).map((child) => [keyOf(text, nodes, child), child]));
    members.set(node, byKey);
    return byKey;
  };
  const step = (node: number, key: string | number): number | undefined => {
    const opening = text[nodes.start[node] ?? 0];
    if (opening === "[" && typeof key === "number") return childrenOf(node)[key];
    if (opening === "{" && typeof key === "string") return membersOf(node).get(key);
    return undefined;
  };

  return (path, part = "value") => {
    let node = 0;
    for (const key of path) {
      const child = step(node, key);
      if (child === undefined) break;
      node = child;
    }
    const keyStart = nodes.keyStart[node] ?? -1;
    return part === "key" && keyStart !== -1
      ? range(keyStart, nodes.keyEnd[node] ?? keyStart)
      : range(nodes.start[node] ?? 0, nodes.end[node] ?? 0);
  };
}

function keyOf(text: string, nodes: Nodes, node: number): string {
  const token = text.slice(nodes.keyStart[node], nodes.keyEnd[node]);
  // The scan has accepted the token, so it is a JSON string.
  return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
}
