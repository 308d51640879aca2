// Holds every `navigate` payload against the data model of the screen it leads to, as far as the contract relies on it: a
// screen that is never given what its model declares could not be shown, and its contract would promise what never comes.
// Everything else about actions is the linter's.
// Source: Meta, "Flow JSON", section on navigation; versions observed in Meta's web client, August 2026.

import type { Action } from "./action.ts";
import type { AnswerBuilder } from "./answer-shape.ts";
import { walkComponents } from "./component-tree.ts";
import type { DataSchema } from "./data-model.ts";
import type { FlowJsonDocument, Screen } from "./document.ts";
import { FlowJsonError } from "./flow-json-error.ts";
import { formatPath, type JsonPath } from "./json-value.ts";
import { payloadShape } from "./payload-shape.ts";
import type { ValueShape } from "./value-shape.ts";
import { deriveRoutes } from "./routes.ts";
import { isAtLeast } from "./versions.ts";

/** @throws FlowJsonError `INVALID_NAVIGATE_ACTION_PAYLOAD` for the first that cannot be, at its line */
export function assertNavigation(document: FlowJsonDocument): void {
  const routes = deriveRoutes(document);
  for (const screen of document.screens) {
    for (const sender of walkComponents(screen.components)) {
      for (const action of sender.actions) {
        const target = action.next === null ? undefined : document.screen(action.next);
        if (action.name !== "navigate" || target === undefined) continue;
        const origin = { document, routes, screen, sender, destination: "endpoint" } as const;
        const { fields } = payloadShape(action.payload ?? {}, origin);
        const given = new Map(fields.map(({ name, value }) => [name, value]));
        assertPayload(document, action, target, given);
      }
    }
  }
}

function assertPayload(
  document: FlowJsonDocument,
  { path, payload }: Action,
  target: Screen,
  given: ReadonlyMap<string, ValueShape>,
): void {
  const payloadPath = payload === null ? path : [...path, "payload"];
  const refuse = (at: JsonPath, what: string): FlowJsonError => {
    const { line, column } = document.locate(at);
    return new FlowJsonError(
      "INVALID_NAVIGATE_ACTION_PAYLOAD",
      { path: at, line, column },
      `${formatPath(at)} ${what}`,
    );
  };
  for (const { name, schema, required } of target.model.fields) {
    const value = given.get(name);
    if (value !== undefined && !mayFit(value, schema)) {
      throw refuse(
        [...payloadPath, name],
        `is never of the type that ${target.id} declares, ${schema.kind}; change one of the two`,
      );
    }
    if (value === undefined && required && mustBeWhole(document)) {
      throw refuse(
        payloadPath,
        `does not give ${target.id} its ${name}; add it, or take it from that screen's data`,
      );
    }
  }
}

/** Meta holds the keys of a payload and of the next screen's data against each other in these versions only. */
function mustBeWhole({ version }: FlowJsonDocument): boolean {
  return isAtLeast(version, "7.3") || !isAtLeast(version, "6.0");
}

function mayFit(value: ValueShape, schema: DataSchema): boolean {
  if (!isKnown(schema)) return true;
  switch (value.kind) {
    case "unknown":
      return true;
    case "literal":
      return isOfKind(schema, literalKind(value.value));
    case "computed":
      return isOfKind(schema, value.type === "text" ? "string" : value.type);
    case "answer":
      return ANSWER_KINDS[value.builder].some((kind) => isOfKind(schema, kind));
    case "data":
      return mayFitSchema(value.schema, schema);
    case "list":
      return schema.kind === "array" && value.items.every((item) => mayFit(item, schema.items));
    case "payload": {
      if (schema.kind === "record") return true;
      if (schema.kind !== "object") return false;
      const given = new Map(value.fields.map((field) => [field.name, field.value]));
      return schema.fields.every(({ name, schema: inner }) => {
        const member = given.get(name);
        return member === undefined || mayFit(member, inner);
      });
    }
  }
}

function literalKind(value: string | number | boolean | null): Kind {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "number";
  return value === null ? "null" : "boolean";
}

/** What Meta takes an answer for, however a client sends it. */
const ANSWER_KINDS: Readonly<Record<AnswerBuilder, readonly Kind[]>> = {
  text: ["string"],
  draft: ["string", "number"],
  email: ["string"],
  phone: ["string"],
  number: ["number"],
  passcode: ["number"],
  date: ["string"],
  dateRange: ["object"],
  choice: ["string"],
  choices: ["array"],
  consent: ["boolean"],
  // Not for `navigate` at all, which the linter says.
  photos: ["array"],
  documents: ["array"],
  receivedMedia: ["array"],
};

type Kind = "string" | "number" | "boolean" | "array" | "object" | "null";

type KnownSchema = DataSchema & { readonly kind: Exclude<DataSchema["kind"], "unknown"> };

function isKnown(schema: DataSchema): schema is KnownSchema {
  return schema.kind !== "unknown";
}

function isOfKind(schema: DataSchema, kind: Kind): boolean {
  return !isKnown(schema) || kindOf(schema) === kind;
}

function kindOf({ kind }: KnownSchema): Kind {
  if (kind === "integer") return "number";
  return kind === "record" ? "object" : kind;
}

function mayFitSchema(from: DataSchema, to: DataSchema): boolean {
  if (!isKnown(from) || !isKnown(to)) return true;
  if (kindOf(from) !== kindOf(to)) return false;
  if (from.kind === "array" && to.kind === "array") return mayFitSchema(from.items, to.items);
  if (from.kind !== "object" || to.kind !== "object") return true;
  return to.fields.every(({ name, schema }) => {
    const field = from.fields.find((each) => each.name === name);
    return field === undefined || mayFitSchema(field.schema, schema);
  });
}
