// JSON text that remembers where everything stands, so that whoever reads it can point at a line.

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
