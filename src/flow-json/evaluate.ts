// What an expression is worth on a client. Pure: the scope answers for references, nothing else is
// asked. Odd operands never throw; they count as a phone counts them.
// Source: observed in Meta's web client, August 2026.

import type { Reference } from "./binding.ts";
import type { BinaryOperator, Expression } from "./expression.ts";
import type { JsonValue } from "./json-value.ts";

export interface Scope {
  /** `undefined` for what is not there, such as a screen that was never visited. */
  resolve(reference: Reference): JsonValue | undefined;
}

export function evaluate(expression: Expression, scope: Scope): JsonValue | undefined {
  switch (expression.kind) {
    case "reference":
      return scope.resolve(expression);
    case "text":
    case "number":
    case "boolean":
      return expression.value;
    case "join":
      return expression.parts.map((part) => asText(evaluate(part, scope))).join("");
    case "unary": {
      const operand = evaluate(expression.operand, scope);
      return expression.operator === "!" ? !asBoolean(operand) : -asNumber(operand);
    }
    case "binary":
      return evaluateBinary(expression, scope);
  }
}

/** Text as a client shows it: nothing for a missing value, `true` and `false` for booleans. */
export function asText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function asBoolean(value: JsonValue | undefined): boolean {
  return Boolean(value);
}

/** Missing, empty and `null` are one and the same to `==`. */
export function isEmpty(value: JsonValue | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}

type Binary = Extract<Expression, { kind: "binary" }>;

function evaluateBinary({ operator, left, right }: Binary, scope: Scope): JsonValue {
  const a = evaluate(left, scope);
  // The right side of && and || is evaluated all the same: references have no effects.
  const b = evaluate(right, scope);
  switch (operator) {
    case "&&":
      return asBoolean(a) && asBoolean(b);
    case "||":
      return asBoolean(a) || asBoolean(b);
    case "==":
      return isEqual(a, b);
    case "!=":
      return !isEqual(a, b);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(operator, numberOrNull(a), numberOrNull(b));
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return calculate(operator, asNumber(a), asNumber(b));
  }
}

/** False when either side is no number. */
export function compare(
  operator: "<" | "<=" | ">" | ">=",
  a: number | null,
  b: number | null,
): boolean {
  if (a === null || b === null) return false;
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

function calculate(
  operator: Extract<BinaryOperator, "+" | "-" | "*" | "/" | "%">,
  a: number,
  b: number,
): number {
  switch (operator) {
    case "+":
      return round(a + b);
    case "-":
      return round(a - b);
    case "*":
      return round(a * b);
    case "/":
      return b === 0 ? 0 : round(a / b);
    case "%":
      return b === 0 ? 0 : round(a % b);
  }
}

function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  // A number input's value is text on the client, though its type is number.
  if (typeof a === "number" || typeof b === "number") return numberOrNull(a) === numberOrNull(b);
  return a === b;
}

/** A missing operand counts as 0, and so does one that is no number. */
function asNumber(value: JsonValue | undefined): number {
  return numberOrNull(value) ?? 0;
}

function numberOrNull(value: JsonValue | undefined): number | null {
  if (isEmpty(value) || typeof value === "object") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Results have at most two decimals. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
