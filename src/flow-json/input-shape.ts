// What one screen can send, all its payloads taken together. Payloads that could not be told apart
// become one; the others are told apart by a literal where flow.json gives them one.

import type { AnswerShape } from "./answer-shape.ts";
import type { PayloadShape, ValueShape } from "./value-shape.ts";

export type InputShape =
  | { readonly kind: "single"; readonly payload: PayloadShape }
  /** Every payload has a different text literal under `key`. */
  | {
      readonly kind: "discriminated";
      readonly key: string;
      readonly payloads: readonly PayloadShape[];
    }
  /** Most keys first, so that a payload is never mistaken for a shorter one. */
  | { readonly kind: "union"; readonly payloads: readonly PayloadShape[] };

/** `null` when nothing is sent. */
export function inputShape(payloads: readonly PayloadShape[]): InputShape | null {
  const distinct = payloads.reduce<readonly PayloadShape[]>(addPayload, []);
  const [payload, ...others] = distinct;
  if (payload === undefined) return null;
  if (others.length === 0) return { kind: "single", payload };
  const key = payload.fields.find(({ name }) => tellsApart(distinct, name))?.name;
  if (key !== undefined) return { kind: "discriminated", key, payloads: distinct };
  return {
    kind: "union",
    payloads: distinct.toSorted((a, b) => b.fields.length - a.fields.length),
  };
}

function tellsApart(payloads: readonly PayloadShape[], key: string): boolean {
  const literals = payloads.map(({ fields }) => {
    const value = fields.find(({ name }) => name === key)?.value;
    return value?.kind === "literal" && typeof value.value === "string" ? value.value : null;
  });
  return !literals.includes(null) && new Set(literals).size === literals.length;
}

function addPayload(
  known: readonly PayloadShape[],
  payload: PayloadShape,
): readonly PayloadShape[] {
  for (const [index, other] of known.entries()) {
    const merged = loosenPayload(other, payload);
    if (merged !== null) return known.with(index, merged);
  }
  return [...known, payload];
}

/** The one shape that takes both, where they differ only in how much of a value is certain. */
function loosenPayload(a: PayloadShape, b: PayloadShape): PayloadShape | null {
  if (a.fields.length !== b.fields.length) return null;
  const fields = a.fields.flatMap(({ name, value }) => {
    const other = b.fields.find((field) => field.name === name);
    const loosened = other === undefined ? null : loosen(value, other.value);
    return loosened === null ? [] : [{ name, value: loosened }];
  });
  return fields.length === a.fields.length ? { kind: "payload", fields } : null;
}

function loosen(a: ValueShape, b: ValueShape): ValueShape | null {
  if (isSame(a, b)) return a;
  if (a.kind === "answer" && b.kind === "answer") return loosenAnswer(a, b);
  if (a.kind === "payload" && b.kind === "payload") return loosenPayload(a, b);
  if (a.kind === "data" && b.kind === "data" && isSame(a.schema, b.schema)) {
    return { ...a, optional: true };
  }
  return null;
}

const TYPED: ReadonlySet<AnswerShape["builder"]> = new Set([
  "text",
  "draft",
  "email",
  "phone",
  "number",
  "passcode",
]);

function loosenAnswer(a: AnswerShape, b: AnswerShape): AnswerShape | null {
  if (!isSame(a.ids, b.ids)) return null;
  const draft = [a, b].find(({ builder }) => builder === "draft");
  if (draft !== undefined) {
    return TYPED.has(a.builder) && TYPED.has(b.builder) ? draft : null;
  }
  if (a.builder !== b.builder) return null;
  // An open end is a looser range; every other option is a bound that only one of the two keeps.
  const isOpen = "end" in a.options || "end" in b.options;
  const options = isSame(a.options, b.options) ? a.options : isOpen ? { end: "optional" } : {};
  return { ...a, options, optional: a.optional || b.optional };
}

/** Shapes are plain data, always built in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
