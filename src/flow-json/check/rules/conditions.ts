// `If.condition` without backticks. From 6.0 on Meta reads the same text as a nested expression as
// well, which is the stricter of the two; it is asked only where the first has nothing to say.
// Source: Meta, "Components", If; observed in Meta's web client, August 2026.

import type { Reference } from "../../binding.ts";
import { parseCondition } from "../../condition.ts";
import { type Expression, isExpression } from "../../expression.ts";
import type { JsonPath } from "../../json-value.ts";
import { isAtLeast } from "../../versions.ts";
import { explainReference } from "../explain-reference.ts";
import { inferType, type Inference } from "../expression-types.ts";
import type { FlowView, Resolution, ScreenView } from "../flow-view.ts";
import { BOOLEAN } from "../form-schema.ts";
import { checkExpression } from "./expressions.ts";
import { type Problem, replaceValue } from "./rule.ts";

const CODE = "INVALID_PROPERTY_VALUE";

export function* conditions(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const { kind, properties, path } of screen.flat) {
      const condition = properties["condition"];
      if (kind !== "if" || typeof condition !== "string") continue;
      yield* checkCondition(flow, screen, condition, [...path, "condition"]);
    }
  }
}

function* checkCondition(
  flow: FlowView,
  screen: ScreenView,
  text: string,
  at: JsonPath,
): Generator<Problem> {
  const nests = isAtLeast(flow.version, "6.0");
  // Blanks alone pass, an empty text does not.
  if (/^ +$/.test(text) || (isExpression(text) && nests)) return;
  const parsed = isExpression(text) ? null : parseCondition(text);
  if (parsed === null) {
    yield {
      code: CODE,
      at,
      message: "conditions in backticks need version 6.0 or later",
      hint: "remove the backticks, or raise the version",
    };
    return;
  }
  if (parsed.kind === "invalid") {
    yield {
      code: CODE,
      at,
      message: `this condition cannot be read at character ${parsed.offset + 1}: ${parsed.reason}`,
      hint: "write a comparison such as ${data.count} > 5, and put each comparison beside && or || in parentheses",
    };
    return;
  }
  const { expression } = parsed.condition;
  const resolve = (reference: Reference): Resolution => flow.resolve(reference, screen);
  const problem =
    refersToNothing(flow, expression, resolve) ??
    comparesLiterals(expression) ??
    loneOperand(expression, resolve) ??
    unequalTypes(expression, resolve) ??
    laterTextEquality(expression, resolve, text);
  if (problem !== null) {
    const { fix, ...told } = problem;
    yield { code: CODE, at, ...told, fix: fix === null ? null : replaceValue(at, fix) };
  } else if (nests) {
    yield* checkExpression(flow, screen, {
      text: `\`${text}\``,
      path: at,
      accepted: [BOOLEAN],
    });
  }
}

type Told = { readonly message: string; readonly hint: string; readonly fix: string | null };
type Resolve = (reference: Reference) => Resolution;

function refersToNothing(flow: FlowView, expression: Expression, resolve: Resolve): Told | null {
  for (const each of nodes(expression)) {
    if (each.kind !== "reference") continue;
    const resolution = resolve(each);
    if (resolution.kind === "found") continue;
    const { message, hint } = explainReference(flow, each, resolution);
    return { message, hint, fix: null };
  }
  return null;
}

function comparesLiterals(expression: Expression): Told | null {
  for (const each of nodes(expression)) {
    if (each.kind !== "binary" || !isLiteral(each.left) || !isLiteral(each.right)) continue;
    return {
      message: `${each.operator} has fixed values on both sides, so the result never changes`,
      hint: "put a reference on one side, or remove the If",
      fix: null,
    };
  }
  return null;
}

function loneOperand(expression: Expression, resolve: Resolve): Told | null {
  if (expression.kind === "unary") return loneOperand(expression.operand, resolve);
  if (expression.kind !== "reference") return null;
  const type = typeOf(inferType(expression, resolve));
  if (type === "boolean" || type === "unknown") return null;
  return {
    message: `this condition is a ${type} and not a boolean`,
    hint: "compare it with something: == 'text', or > 0",
    fix: null,
  };
}

function unequalTypes(expression: Expression, resolve: Resolve): Told | null {
  for (const each of nodes(expression)) {
    if (each.kind !== "binary" || (each.operator !== "==" && each.operator !== "!=")) continue;
    const left = typeOf(inferType(each.left, resolve));
    const right = typeOf(inferType(each.right, resolve));
    if (left === right || left === "unknown" || right === "unknown") continue;
    return {
      message: `${each.operator} compares ${left} with ${right}`,
      hint: "compare two values of one type; text stands in single quotes, numbers and booleans without",
      fix: null,
    };
  }
  return null;
}

/**
 * A quirk: behind a comparison and its && or ||, the plain language takes the equality of two texts
 * for a mismatch of types. The nested language does not.
 */
function laterTextEquality(expression: Expression, resolve: Resolve, text: string): Told | null {
  for (const each of nodes(expression)) {
    if (each.kind !== "binary") continue;
    const { left, right } = each;
    if (!isComparison(left) || !isEquality(right)) continue;
    if (typeOf(inferType(right.left, resolve)) !== "string") continue;
    return {
      message: "an equality of texts behind another comparison is refused here, though it is right",
      hint: `write it in backticks: \`${text}\``,
      fix: `\`${text}\``,
    };
  }
  return null;
}

type Binary = Extract<Expression, { kind: "binary" }>;

function isComparison(expression: Expression): boolean {
  return (
    expression.kind === "binary" && expression.operator !== "&&" && expression.operator !== "||"
  );
}

function isEquality(expression: Expression): expression is Binary {
  return (
    expression.kind === "binary" && (expression.operator === "==" || expression.operator === "!=")
  );
}

function isLiteral({ kind }: Expression): boolean {
  return kind === "text" || kind === "number" || kind === "boolean";
}

function typeOf(inference: Inference): string {
  if (inference.kind !== "typed") return "unknown";
  return inference.schema.kind === "integer" ? "number" : inference.schema.kind;
}

function* nodes(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.kind === "unary") yield* nodes(expression.operand);
  if (expression.kind === "binary") {
    yield* nodes(expression.left);
    yield* nodes(expression.right);
  }
}
