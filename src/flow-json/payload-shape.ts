// The shape of an action's payload as a server receives it: each value is a literal, an answer, a
// piece of screen data, or made of these. Bindings are followed to what they refer to.

import { answerShape, type Destination, type Trust } from "./answer-shape.ts";
import { parseBinding, type Reference } from "./binding.ts";
import { carriedShape } from "./carried-shape.ts";
import { type Component, isShownWith, walkComponents } from "./component-tree.ts";
import { type ObjectSchema, schemaAt } from "./data-model.ts";
import { dataSources } from "./data-sources.ts";
import type { FlowJsonDocument, Screen } from "./document.ts";
import { expressionType, isExpression, parseExpression } from "./expression.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "./json-value.ts";
import { leadsThrough, leadsTo, type Routes } from "./routes.ts";
import type { PayloadShape, ValueShape } from "./value-shape.ts";
import { isAtLeast } from "./versions.ts";

/** Where a payload is sent from, and what leads there. */
export type PayloadOrigin = {
  readonly document: FlowJsonDocument;
  readonly routes: Routes;
  readonly screen: Screen;
  /** The component whose action sends it. */
  readonly sender: Component;
  readonly destination: Destination;
  /** The entries of screen data that are being followed back already, as `SCREEN.name`. */
  readonly following?: readonly string[];
};

export function payloadShape(payload: JsonObject, origin: PayloadOrigin): PayloadShape {
  return {
    kind: "payload",
    fields: Object.entries(payload).map(([name, value]) => ({
      name,
      value: valueShape(value, origin),
    })),
  };
}

/** A payload that arrives as data, as an item's action does, and is sent back unchanged. */
export function echoedPayload(schema: ObjectSchema): PayloadShape {
  return {
    kind: "payload",
    fields: schema.fields.map((field) => ({
      name: field.name,
      value: { kind: "data", schema: field.schema, optional: !field.required },
    })),
  };
}

function valueShape(value: JsonValue, origin: PayloadOrigin): ValueShape {
  if (typeof value === "string") return textShape(value, origin);
  if (isJsonArray(value)) {
    return { kind: "list", items: value.map((item) => valueShape(item, origin)) };
  }
  if (isJsonObject(value)) return payloadShape(value, origin);
  return { kind: "literal", value };
}

function textShape(text: string, origin: PayloadOrigin): ValueShape {
  const binding = parseBinding(text);
  if (binding !== null) return referenceShape(binding, origin);
  if (!isExpression(text) || !isAtLeast(origin.document.version, "6.0")) {
    return { kind: "literal", value: text };
  }
  const parsed = parseExpression(text);
  if (parsed.kind === "invalid") return { kind: "unknown" };
  const { expression } = parsed;
  if (expression.kind === "reference") return referenceShape(expression, origin);
  const type = expressionType(expression);
  return type === null ? { kind: "unknown" } : { kind: "computed", type };
}

function referenceShape(reference: Reference, origin: PayloadOrigin): ValueShape {
  const screen =
    reference.screen === null ? origin.screen : origin.document.screen(reference.screen);
  if (screen === undefined) return { kind: "unknown" };
  const isHere = screen.id === origin.screen.id;
  const isVisited = isHere || leadsThrough(origin.routes, screen.id, origin.screen.id);

  if (reference.source === "data") {
    const found = schemaAt(screen.model, reference.path);
    if (found === null) return { kind: "unknown" };
    const isOptional = !found.required || !isVisited;
    const declared: ValueShape = { kind: "data", schema: found.schema, optional: isOptional };
    const [entry, ...within] = reference.path;
    return within.length > 0 ? declared : carriedShape(declared, sourcesOf(screen, entry, origin));
  }
  const [name, part] = reference.path;
  const component = findInput(screen, name);
  if (component === undefined) return { kind: "unknown" };
  const trust = isHere
    ? trustHere(component, origin)
    : trustElsewhere(component, screen, isVisited, origin);
  const shape = answerShape(component, trust, origin.destination);
  if (shape === null) return { kind: "unknown" };
  if (part === undefined) return shape;
  // Only a date range has parts, its two dates.
  if (shape.builder !== "dateRange") return { kind: "unknown" };
  const isOpen = part === "end-date" && "end" in shape.options;
  const bounds = Object.entries(shape.options).filter(([key]) => key === "min" || key === "max");
  return {
    ...shape,
    builder: "date",
    options: Object.fromEntries(bounds),
    optional: shape.optional || isOpen,
  };
}

/** What the flow itself puts into an entry of a screen's data. Where that is a circle, its first turn says all. */
function sourcesOf(screen: Screen, entry: string, origin: PayloadOrigin): readonly ValueShape[] {
  const { document, following = [] } = origin;
  const name = `${screen.id}.${entry}`;
  if (following.includes(name)) return [];
  return dataSources(document, screen, entry).map(({ value, ...sent }) =>
    valueShape(value, { ...origin, ...sent, following: [...following, name] }),
  );
}

function trustHere(component: Component, { document, sender }: PayloadOrigin): Trust {
  if (sender.type === "Footer") {
    return isShownWith(component, sender) ? "checked" : "unchecked";
  }
  // Version 6 fires a selection's action when the screen is drawn, with nothing selected yet.
  const firesUnset = isAtLeast(document.version, "6.0") && !isAtLeast(document.version, "7.0");
  return component === sender && !firesUnset ? "own" : "unchecked";
}

/** A screen that every way leads through was checked if nothing but its Footer leads on to here. */
function trustElsewhere(
  component: Component,
  screen: Screen,
  isVisited: boolean,
  { routes, screen: here }: PayloadOrigin,
): Trust {
  const isLeftUnchecked = [...walkComponents(screen.components)].some(
    ({ type, actions }) =>
      type !== "Footer" &&
      actions.some(({ next }) => next !== null && leadsTo(routes, next, here.id)),
  );
  const isChecked = isVisited && !isLeftUnchecked && isShownWith(component, null);
  return isChecked ? "checked" : "unchecked";
}

function findInput(screen: Screen, name: string): Component | undefined {
  for (const component of walkComponents(screen.components)) {
    if (component.kind === "leaf" && component.name === name) return component;
  }
  return undefined;
}
