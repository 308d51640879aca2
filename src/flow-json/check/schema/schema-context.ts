// What every check of the schema phase is handed, and how it says that something is wrong.

import type { CheckedFlow, Fix } from "../finding.ts";
import type { JsonValue } from "../../json-value.ts";
import type { ScreenNames } from "./screen-names.ts";
import type { SchemaPath } from "./schema-path.ts";
import type { ValueSpec } from "./value-spec.ts";

export type Fault = {
  readonly code: string;
  readonly path: SchemaPath;
  /** `key`: the key is what is wrong. */
  readonly part?: "key";
  readonly message: string;
  readonly hint: string;
  readonly fix?: Fix | null;
};

export type SchemaContext = {
  readonly flow: CheckedFlow;
  readonly isInsideForm: boolean;
  readonly screenNames: ScreenNames;
  /**
   * Reports what Meta reports.
   *
   * @param echoes  what Meta reports besides, of the same fault: a value that is neither of two alternatives is reported
   *   once for each. `at` where it is reported elsewhere
   */
  readonly report: (fault: Fault, ...echoes: readonly Echo[]) => void;
  /** Nothing more will be kept: what is costly to find out need not be. */
  readonly isFull: () => boolean;
  readonly check: (
    spec: ValueSpec,
    value: JsonValue,
    path: SchemaPath,
    context: SchemaContext,
  ) => void;
};

export type Echo = string | { readonly code: string; readonly at: SchemaPath };

export function jsonTypeOf(value: JsonValue): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** `"a"`, `"b"` or `"c"`. */
export function listLiterals(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${JSON.stringify(value)}\``);
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} or ${last}`;
}

/** A value inside a hint, as it is written in the file. */
export function literal(value: JsonValue): string {
  return `\`${JSON.stringify(value)}\``;
}

/** A member inside a hint, as it is written in the file. */
export function memberLiteral(key: string, value: JsonValue): string {
  return `\`${JSON.stringify(key)}: ${JSON.stringify(value)}\``;
}
