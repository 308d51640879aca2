// Bindings in properties: what `${data.x}` and `${screen.X…}` refer to must exist and be of the type
// the property takes. Whether a local `${form.x}` exists is not asked here, because Meta does not.
// Source: observed in Meta's web client, August 2026.

import { formatReference, parseBinding, type Reference } from "../../binding.ts";
import type { DataSchema } from "../../data-model.ts";
import { isExpression } from "../../expression.ts";
import { isJsonArray } from "../../json-value.ts";
import type { BoundValue } from "../bound-values.ts";
import { fitsOneOf, nameOfSchema } from "../compare-schemas.ts";
import { explainReference } from "../explain-reference.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import { type Problem, replaceValue } from "./rule.ts";

const CODE = "INVALID_SCREEN_DYNAMIC_DATA";

/** What the items of a bound list must declare. */
const ITEM_KEYS: Readonly<Record<string, readonly string[]>> = {
  "data-source": ["id", "title"],
  "list-items": ["id", "main-content"],
  images: ["src", "alt-text"],
};

export function* dataReferences(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const bound of screen.bound) {
      const reference = parseBinding(bound.text);
      if (reference !== null) yield* checkReference(flow, screen, bound, reference);
    }
  }
}

function* checkReference(
  flow: FlowView,
  screen: ScreenView,
  bound: BoundValue,
  reference: Reference,
): Generator<Problem> {
  const at = bound.path;
  const written = formatReference(reference);
  if (reference.screen === screen.id) {
    const local = formatReference({ ...reference, screen: null });
    yield {
      code: CODE,
      at,
      message: `${written} refers to its own screen by name`,
      hint: `write \`${local}\``,
      fix: replaceValue(at, local),
    };
    return;
  }
  if (reference.source === "form" && reference.screen === null) return;
  const dashed = reference.source === "data" && reference.path.find((name) => name.includes("-"));
  if (typeof dashed === "string") {
    yield {
      code: CODE,
      at,
      message: `${written} refers to a name with a dash, which no binding can hold`,
      hint: `rename the data to ${dashed.replaceAll("-", "_")}`,
    };
    return;
  }
  const found = flow.resolve(reference, screen);
  if (found.kind !== "found") {
    const { message, hint, instead } = explainReference(flow, reference, found);
    const fix = instead === null ? null : replaceValue(at, instead);
    yield { code: CODE, at, message, hint, fix };
  } else if (!fitsOneOf(found.schema, bound.accepted)) {
    yield mismatch(bound, written, found.schema);
  } else {
    yield* checkItems(bound, written, found.schema);
  }
}

function mismatch(bound: BoundValue, written: string, schema: DataSchema): Problem {
  const accepted = bound.accepted.map(nameOfSchema).join(" or ");
  const takesText = bound.accepted.some(({ kind }) => kind === "string");
  const isPrintable = ["number", "integer", "boolean"].includes(schema.kind);
  return {
    code: CODE,
    at: bound.path,
    message: `${bound.property} takes ${accepted}, but ${written} is ${nameOfSchema(schema)}`,
    hint:
      takesText && isPrintable
        ? `declare it as string, or write \`${written} ''\` from version 6.0 on`
        : `bind data of type ${accepted}`,
  };
}

function* checkItems(bound: BoundValue, written: string, schema: DataSchema): Generator<Problem> {
  const needed = ITEM_KEYS[bound.property];
  if (needed === undefined || schema.kind !== "array") return;
  const { items } = schema;
  if (items.kind === "unknown") return;
  const declared = new Set(items.kind === "object" ? items.fields.map(({ name }) => name) : []);
  const missing = needed.filter((name) => !declared.has(name));
  if (missing.length === 0) return;
  yield {
    code: CODE,
    at: bound.path,
    message: `the items of ${written} declare no ${missing.join(" and no ")}`,
    hint: `add ${missing.join(" and ")} to items.properties of the data`,
  };
}

/** A list of texts is static; only the whole list may be bound. */
export function* textLists({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    const text = properties["text"];
    if (!isJsonArray(text)) continue;
    const isBound = text.some(
      (each) => typeof each === "string" && (parseBinding(each) !== null || isExpression(each)),
    );
    if (!isBound) continue;
    yield {
      code: "INVALID_TEXT_DYNAMIC_DATA",
      at: [...path, "type"],
      message: `an item in the text of this ${type} is bound; a list of texts is static`,
      hint: 'bind the whole text: "text": "${data.…}" with an array of string',
    };
  }
}

/** RichText shows one text or one binding, never the two together. */
export function* richTextBindings({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    const text = properties["text"];
    if (type !== "RichText" || typeof text !== "string" || parseBinding(text) !== null) continue;
    if (!isExpression(text) && !/\$\{[^{}]*\}/.test(text)) continue;
    yield {
      code: "INVALID_PROPERTY_VALUE",
      at: [...path, "text"],
      message: "a RichText cannot put data into a text",
      hint: "bind the whole text, and let the endpoint put it together",
    };
  }
}
