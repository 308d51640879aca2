// Nested expressions (Flow JSON 6.0): strings between backticks, such as `'Hello ' ${data.name}`.
// Operands are `${…}` references, 'text', numbers, true and false; operators bind, from tightest:
// ! and unary minus, * / %, + -, < <= > >=, == !=, &&, ||, and last of all the joining of neighbours
// into one text. There are no calls, no members, no ternary and no null.
// Source: Meta, "Flow JSON", section on nested expressions; precedence of joining observed in Meta's
// web client, August 2026.

import type { Reference } from "./binding.ts";
import { type Grammar, parseOperators } from "./operator-parser.ts";

export type BinaryOperator =
  | "*"
  | "/"
  | "%"
  | "+"
  | "-"
  | "<"
  | "<="
  | ">"
  | ">="
  | "=="
  | "!="
  | "&&"
  | "||";

export type Expression =
  | Reference
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** Neighbours without an operator between them: two or more. */
  | { readonly kind: "join"; readonly parts: readonly Expression[] };

export type ParsedExpression =
  | { readonly kind: "parsed"; readonly expression: Expression }
  /** `offset` counts from 0 within the text that was given. */
  | { readonly kind: "invalid"; readonly offset: number; readonly reason: string };

/** Tightest last. */
export const PRECEDENCE: readonly (readonly BinaryOperator[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];

const GRAMMAR: Grammar = {
  precedence: PRECEDENCE,
  unary: ["!", "-"],
  number: /(?:\d+(?:\.\d*)?|\.\d+)(?![\w.])/y,
  text: /'([^']*)'/y,
  unescape: (text) => text,
  joins: true,
  comparesApart: false,
};

/** Whether a string is meant as a nested expression rather than as text. */
export function isExpression(text: string): boolean {
  return text.length >= 2 && text.startsWith("`") && text.endsWith("`");
}

/** @param text the string as it stands in flow.json, backticks included */
export function parseExpression(text: string): ParsedExpression {
  if (!isExpression(text)) {
    return { kind: "invalid", offset: 0, reason: "an expression stands between backticks" };
  }
  const parsed = parseOperators(text.slice(1, -1), GRAMMAR);
  return parsed.kind === "parsed" ? parsed : { ...parsed, offset: parsed.offset + 1 };
}

/**
 * The type an expression gives whatever its operands are. `null` for a lone reference, whose type
 * is that of what it refers to.
 */
export function expressionType(expression: Expression): "text" | "number" | "boolean" | null {
  switch (expression.kind) {
    case "reference":
      return null;
    case "text":
    case "number":
    case "boolean":
      return expression.kind;
    case "join":
      return "text";
    case "unary":
      return expression.operator === "!" ? "boolean" : "number";
    case "binary":
      return ["*", "/", "%", "+", "-"].includes(expression.operator) ? "number" : "boolean";
  }
}
