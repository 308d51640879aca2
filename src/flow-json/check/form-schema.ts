// The type of `${form.name}` as Meta's validator sees it, in the terms of a data model. It says
// nothing of what a client really sends: a number typed into a field may arrive as text.
// Source: observed in Meta's web client, August 2026.

import type { Component } from "../component-tree.ts";
import { componentSpec } from "../components.ts";
import type { DataSchema } from "../data-model.ts";

export const STRING: DataSchema = { kind: "string", values: null };
export const NUMBER: DataSchema = { kind: "number" };
export const BOOLEAN: DataSchema = { kind: "boolean" };
export const STRINGS: DataSchema = { kind: "array", items: STRING };
export const RECORD: DataSchema = { kind: "record" };
export const UNKNOWN: DataSchema = { kind: "unknown" };

const DATE_RANGE: DataSchema = {
  kind: "object",
  fields: ["start-date", "end-date"].map((name) => ({ name, schema: STRING, required: true })),
};

const MEDIA: DataSchema = { kind: "array", items: { kind: "object", fields: [] } };

/** `null` for a component without a value. */
export function formSchema({ type, properties }: Component): DataSchema | null {
  switch (componentSpec(type)?.value ?? null) {
    case null:
      return null;
    case "typed": {
      const inputType = properties["input-type"];
      return inputType === "number" || inputType === "passcode" ? NUMBER : STRING;
    }
    case "text":
    case "choice":
    case "date":
      return STRING;
    case "choices":
      return STRINGS;
    case "consent":
      return BOOLEAN;
    case "calendar":
      return properties["mode"] === "range" ? DATE_RANGE : STRING;
    case "photos":
    case "documents":
      return MEDIA;
  }
}
