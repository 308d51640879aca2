// JSON text that remembers where everything stands, so that a finding can point at a line.
// The value comes from JSON.parse, the positions from momoa; they agree on what is JSON except for
// raw control characters inside strings, which momoa lets through and JSON.parse does not.

import { type DocumentNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import { FlowJsonError } from "./flow-json-error.ts";
import type { JsonPath, JsonValue } from "./json-value.ts";

/** Lines and columns are 1-based; `endColumn` is one past the last character. */
export type JsonRange = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

export interface JsonSource {
  readonly text: string;
  readonly value: JsonValue;
  /**
   * Where the value at `path` stands, or with `"key"` the key that names it. A path that leads
   * nowhere answers with its nearest existing ancestor, which is where a missing key is reported.
   * Of a key written twice it is the last one, the one JSON.parse keeps.
   */
  locate(path: JsonPath, part?: "value" | "key"): JsonRange;
}

/**
 * Reads JSON text.
 *
 * @throws FlowJsonError `INVALID_FLOW_JSON` where the text stops being JSON, and
 *   `INVALID_PROPERTY_KEY` for a key named `__proto__`: no endpoint could ever receive it
 */
export function parseJsonSource(text: string): JsonSource {
  const document = parseNodes(text);
  assertNoControlCharacter(text, document);
  const root = document.body;
  assertNoProtoKey(root, []);
  return {
    text,
    // JSON.parse returns `any`; whatever it returns is by its definition a JsonValue.
    value: JSON.parse(text) as JsonValue,
    locate: (path, part = "value") => locate(root, path, part),
  };
}

function parseNodes(text: string): DocumentNode {
  try {
    return parse(text, { mode: "json", ranges: true, tokens: true });
  } catch (cause) {
    const { line, column } = errorPosition(cause, text);
    throw new FlowJsonError(
      "INVALID_FLOW_JSON",
      { path: [], line, column },
      `flow.json is not valid JSON at line ${line}, column ${column}; correct the syntax there`,
      { cause },
    );
  }
}

/** Where momoa stopped; 1:1 for the stack overflow that absurd nesting causes. */
function errorPosition(cause: unknown, text: string): { line: number; column: number } {
  if (cause instanceof Error) {
    // momoa gives the end of the text no position of its own.
    if (cause.constructor.name === "UnexpectedEOF") {
      const lines = text.split("\n");
      return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
    }
    if ("line" in cause && typeof cause.line === "number") {
      const column = "column" in cause && typeof cause.column === "number" ? cause.column : 1;
      return { line: cause.line, column };
    }
  }
  return { line: 1, column: 1 };
}

function assertNoControlCharacter(text: string, document: DocumentNode): void {
  for (const { type, loc } of document.tokens ?? []) {
    if (type !== "String") continue;
    // oxlint-disable-next-line no-control-regex
    if (!/[\u0000-\u001f]/.test(text.slice(loc.start.offset, loc.end.offset))) continue;
    const { line, column } = loc.start;
    throw new FlowJsonError(
      "INVALID_FLOW_JSON",
      { path: [], line, column },
      `the string at line ${line}, column ${column} holds a raw control character; write it as an escape such as \\n`,
    );
  }
}

function assertNoProtoKey(node: ValueNode, path: JsonPath): void {
  if (node.type === "Array") {
    node.elements.forEach(({ value }, index) => assertNoProtoKey(value, [...path, index]));
  }
  if (node.type !== "Object") return;
  for (const { name, value } of node.members) {
    const key = keyOf(name);
    if (key === "__proto__") {
      const { line, column } = name.loc.start;
      throw new FlowJsonError(
        "INVALID_PROPERTY_KEY",
        { path: [...path, key], line, column },
        "a key named __proto__ cannot be sent to an endpoint; rename it",
      );
    }
    assertNoProtoKey(value, [...path, key]);
  }
}

function locate(root: ValueNode, path: JsonPath, part: "value" | "key"): JsonRange {
  let node = root;
  let { loc } = root;
  for (const step of path) {
    if (node.type === "Array" && typeof step === "number") {
      const element = node.elements[step];
      if (element === undefined) break;
      node = element.value;
      loc = node.loc;
      continue;
    }
    const member =
      node.type === "Object"
        ? node.members.findLast(({ name }) => keyOf(name) === step)
        : undefined;
    if (member === undefined) break;
    node = member.value;
    loc = part === "key" ? member.name.loc : node.loc;
  }
  return {
    line: loc.start.line,
    column: loc.start.column,
    endLine: loc.end.line,
    endColumn: loc.end.column,
  };
}

/** In strict JSON a key is always a string; momoa's type also knows JSON5 identifiers. */
function keyOf(
  name:
    | { readonly type: "String"; readonly value: string }
    | { readonly type: "Identifier"; readonly name: string },
): string {
  return name.type === "String" ? name.value : name.name;
}
