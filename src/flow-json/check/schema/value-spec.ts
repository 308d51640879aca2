// What a property of Flow JSON may hold, as data: the linter's schema phase and the JSON Schema for editors are both
// made from it. Notation of the tables that use it; no rules of its own.

import type { FlowJsonVersion } from "../../versions.ts";

export type PatternName = "screen-id" | "case-key" | "colour";

export type ValueSpec =
  /** A string that may hold a binding or an expression; not blank from 6.0 on. */
  | {
      readonly kind: "text";
      /** Refuses `""` in every version. */
      readonly filled?: true;
      /** What may stand there instead. */
      readonly or?: "strings" | "object" | "number";
    }
  /** A string taken as it stands. */
  | { readonly kind: "plain"; readonly pattern?: PatternName; readonly blank?: "allowed" }
  /** What `${form.…}` refers to: no binding itself. */
  | { readonly kind: "name"; readonly sample?: string }
  | { readonly kind: "boolean"; readonly dynamic: boolean }
  | {
      readonly kind: "number";
      readonly dynamic: boolean;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly kind: "enum"; readonly values: readonly string[]; readonly dynamic: boolean }
  /** An enum that Meta reports by another code. */
  | { readonly kind: "const"; readonly values: (version: FlowJsonVersion) => readonly string[] }
  | {
      readonly kind: "list";
      readonly items: ValueSpec;
      /** `either`: Meta reports a faulty item once more at the list, for not being a binding. */
      readonly dynamic: "no" | "yes" | "either";
      readonly minItems?: number;
      readonly maxItems?: number;
    }
  | { readonly kind: "object"; readonly properties: PropertyTable; readonly dynamic?: true }
  | {
      readonly kind: "map";
      readonly keys: PatternName | null;
      readonly values: ValueSpec;
      readonly dynamic: boolean;
    }
  | { readonly kind: "action"; readonly action: ActionSpec }
  | { readonly kind: "components"; readonly place: ComponentPlace }
  | { readonly kind: "data-entry" }
  | { readonly kind: "condition" }
  | { readonly kind: "binding" }
  | { readonly kind: "regex" }
  | { readonly kind: "anything" };

/** Where components stand; not every component may stand everywhere. */
export type ComponentPlace = "screen" | "form" | "if" | "switch";

export type ActionSpec = {
  readonly trigger: "click" | "select";
  /** By the first version that allows it there, in Meta's order. */
  readonly names: Readonly<Record<string, string>>;
};

export type PropertySpec = {
  readonly value: ValueSpec;
  readonly required?: true;
  /** The first version that knows it; absent: every version there is. */
  readonly since?: FlowJsonVersion;
  /** Inside a Form its place is the Form's own map. */
  readonly outsideForm?: true;
};

export type PropertyTable = Readonly<Record<string, PropertySpec>>;

export const TEXT = { kind: "text" } as const;
export const LABEL = { kind: "text", filled: true } as const;
export const BOOLEAN = { kind: "boolean", dynamic: true } as const;
export const NUMBER = { kind: "number", dynamic: true } as const;
export const STATIC_BOOLEAN = { kind: "boolean", dynamic: false } as const;
export const STRINGS = {
  kind: "list",
  items: { kind: "plain", blank: "allowed" },
  dynamic: "either",
} as const;

/** A whole number within limits, never bound. */
export function integer(minimum: number, maximum: number) {
  return { kind: "number", dynamic: false, minimum, maximum } as const;
}

export function oneOf(...values: readonly string[]) {
  return { kind: "enum", values, dynamic: false } as const;
}

export function objectOf(properties: PropertyTable) {
  return { kind: "object", properties } as const;
}
