// Strings, and keys of maps, of which only certain letters may be made.

import { isAtLeast } from "../../versions.ts";
import { literal, type SchemaContext } from "./schema-context.ts";
import { nameOf, type SchemaPath } from "./schema-path.ts";
import type { PatternName } from "./value-spec.ts";

type Pattern = { readonly test: RegExp; readonly rule: string };

const LETTERS = "may hold only letters and underscores";

const PATTERNS: Readonly<Record<Exclude<PatternName, "screen-id">, Pattern>> = {
  "case-key": {
    test: /^[A-Za-z][A-Za-z0-9_-]*$/,
    rule: "must begin with a letter and go on with letters, digits, dashes or underscores",
  },
  colour: { test: /^#[0-9A-Fa-f]{6}$/, rule: "must be a colour of six hexadecimal digits" },
};

export function patternOf(name: PatternName, version: string): Pattern {
  if (name !== "screen-id") return PATTERNS[name];
  return isAtLeast(version, "7.0")
    ? { test: /^_*[A-Za-z][A-Za-z_]*$/, rule: LETTERS }
    : { test: /^[A-Za-z_,]+$/, rule: LETTERS };
}

/** @param part  `key`: the value is a key of a map */
export function checkPattern(
  name: PatternName,
  value: string,
  path: SchemaPath,
  context: SchemaContext,
  part: "key" | null = null,
): void {
  const { test, rule } = patternOf(name, context.flow.version);
  if (test.test(value) || context.isFull()) return;
  const isEmptyValue = value === "" && part === null;
  const rename = name === "screen-id" ? context.screenNames.rename(value) : null;
  context.report(
    {
      code: isEmptyValue ? "MIN_CHARS_REQUIRED" : "PATTERN_MISMATCH",
      path,
      ...(part === null ? {} : { part }),
      message: part === null ? `${nameOf(path)} ${rule}` : `the key '${value}' ${rule}`,
      hint: rename === null ? hintFor(name, value) : renameHint(rename),
      fix: rename?.fix ?? null,
    },
    ...(isEmptyValue ? ["PATTERN_MISMATCH"] : []),
  );
}

function renameHint({ name, isScreen }: { readonly name: string; readonly isScreen: boolean }) {
  return isScreen
    ? `write ${literal(name)}, here and wherever the screen is named`
    : "remove it: no screen is called so";
}

function hintFor(name: PatternName, value: string): string {
  if (name === "colour") return 'write one like `"#25D366"`';
  const key = value.replaceAll(/^[^A-Za-z]+|[^A-Za-z0-9_-]/g, "");
  return `write ${literal(key === "" ? "case" : key)}, here and where the value comes from`;
}
