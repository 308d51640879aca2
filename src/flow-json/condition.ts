// The language of `If.condition`: comparisons and logic over references and literals, without
// backticks. A condition in backticks is a nested expression and is read as one.
// Source: Meta, "Flow JSON", component If; evaluation observed in Meta's web client, August 2026.

import { asBoolean, compare, evaluate, isEmpty, type Scope } from "./evaluate.ts";
import {
  type Expression,
  isExpression,
  type ParsedExpression,
  parseExpression,
} from "./expression.ts";
import type { JsonValue } from "./json-value.ts";
import { type Grammar, parseOperators } from "./operator-parser.ts";

/** Equality and comparison share a row: neither may be mixed with the other, or with logic. */
const GRAMMAR: Grammar = {
  precedence: [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">="]],
  unary: ["!"],
  number: /-?(?:0|[1-9]\d*)(?![\w.])/y,
  text: /'((?:[^'\\]|\\.)*)'/y,
  unescape: (text) => text.replaceAll("\\'", "'"),
  joins: false,
  comparesApart: true,
};

export type Condition =
  | { readonly kind: "plain"; readonly expression: Expression }
  | { readonly kind: "nested"; readonly expression: Expression };

export type ParsedCondition =
  | { readonly kind: "parsed"; readonly condition: Condition }
  | Extract<ParsedExpression, { kind: "invalid" }>;

export function parseCondition(text: string): ParsedCondition {
  if (isExpression(text)) {
    const parsed = parseExpression(text);
    if (parsed.kind === "invalid") return parsed;
    return { kind: "parsed", condition: { kind: "nested", expression: parsed.expression } };
  }
  const parsed = parseOperators(text, GRAMMAR);
  if (parsed.kind === "invalid") return parsed;
  if (!hasReference(parsed.expression)) {
    return { kind: "invalid", offset: 0, reason: "a condition needs at least one ${…}" };
  }
  return { kind: "parsed", condition: { kind: "plain", expression: parsed.expression } };
}

export function evaluateCondition(condition: Condition, scope: Scope): boolean {
  if (condition.kind === "nested") return asBoolean(evaluate(condition.expression, scope));
  return isTrue(condition.expression, scope);
}

function isTrue(expression: Expression, scope: Scope): boolean {
  if (expression.kind === "unary") return !isTrue(expression.operand, scope);
  if (expression.kind !== "binary") return asBoolean(evaluate(expression, scope));
  const { operator, left, right } = expression;
  if (operator === "&&") return isTrue(left, scope) && isTrue(right, scope);
  if (operator === "||") return isTrue(left, scope) || isTrue(right, scope);
  const a = operand(left, scope);
  const b = operand(right, scope);
  if (operator === "==") return isSame(a, b);
  if (operator === "!=") return !isSame(a, b);
  if (operator === "<" || operator === "<=" || operator === ">" || operator === ">=") {
    return compare(operator, integerOrNull(a), integerOrNull(b));
  }
  // The grammar has no arithmetic.
  return false;
}

function operand(expression: Expression, scope: Scope): JsonValue | undefined {
  const isLogic = expression.kind === "unary" || expression.kind === "binary";
  return isLogic ? isTrue(expression, scope) : evaluate(expression, scope);
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (typeof a === "number" || typeof b === "number") return integerOrNull(a) === integerOrNull(b);
  return a === b;
}

/** Text that looks like a number is read as an integer; decimals are cut off. */
function integerOrNull(value: JsonValue | undefined): number | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const integer = Number.parseInt(String(value), 10);
  return Number.isNaN(integer) ? null : integer;
}

function hasReference(expression: Expression): boolean {
  switch (expression.kind) {
    case "reference":
      return true;
    case "unary":
      return hasReference(expression.operand);
    case "binary":
      return hasReference(expression.left) || hasReference(expression.right);
    case "join":
      return expression.parts.some(hasReference);
    default:
      return false;
  }
}
