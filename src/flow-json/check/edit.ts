// Fixes as edits of the text: another value, another key, one member more or less.

import type { JsonRange, JsonSource } from "../json-source.ts";
import type { JsonPath, JsonValue } from "../json-value.ts";
import type { Fix } from "./finding.ts";

export function replaceValue(source: JsonSource, path: JsonPath, value: JsonValue): Fix {
  return { range: source.locate(path), text: JSON.stringify(value) };
}

export function replaceKey(source: JsonSource, path: JsonPath, key: string): Fix {
  return { range: source.locate(path, "key"), text: JSON.stringify(key) };
}

/** Puts a member before the first one of the object at `path`, on a line of its own where that one has one. */
export function addMember(
  source: JsonSource,
  path: JsonPath,
  key: string,
  value: JsonValue,
  firstKey: string | undefined,
): Fix {
  const object = source.locate(path);
  const member = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  const behindBrace = emptyRange(object.line, object.column + 1);
  if (firstKey === undefined) return { range: behindBrace, text: member };
  const first = source.locate([...path, firstKey], "key");
  const separator = first.line === object.line ? " " : `\n${" ".repeat(first.column - 1)}`;
  return { range: emptyRange(first.line, first.column), text: `${member},${separator}` };
}

function emptyRange(line: number, column: number): JsonRange {
  return { line, column, endLine: line, endColumn: column };
}
