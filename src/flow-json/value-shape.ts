// What is known of a value that an action sends, before anybody sends it.

import type { AnswerShape } from "./answer-shape.ts";
import type { DataSchema } from "./data-model.ts";

export type ValueShape =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** A nested expression: only the type of its result is known. */
  | { readonly kind: "computed"; readonly type: "text" | "number" | "boolean" }
  | { readonly kind: "data"; readonly schema: DataSchema; readonly optional: boolean }
  | AnswerShape
  | PayloadShape
  | { readonly kind: "list"; readonly items: readonly ValueShape[] }
  /** Refers to nothing that exists. */
  | { readonly kind: "unknown" };

export type PayloadShape = { readonly kind: "payload"; readonly fields: readonly PayloadField[] };
export type PayloadField = { readonly name: string; readonly value: ValueShape };
