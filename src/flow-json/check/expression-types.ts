// What an expression gives, or why it gives nothing. Text is joined by juxtaposition and never by +;
// arithmetic and order are for numbers, logic for booleans, equality for two of the same type.
// Source: Meta, "Flow JSON", nested expressions; observed in Meta's web client, August 2026 (which
// gives % no type, so that its result fits nowhere).

import type { Reference } from "../binding.ts";
import type { DataSchema } from "../data-model.ts";
import type { Expression } from "../expression.ts";
import { nameOfSchema } from "./compare-schemas.ts";
import type { Resolution } from "./flow-view.ts";
import { BOOLEAN, NUMBER, STRING } from "./form-schema.ts";

export type Inference =
  | { readonly kind: "typed"; readonly schema: DataSchema }
  /** The result of %. */
  | { readonly kind: "untyped" }
  | {
      readonly kind: "dead";
      readonly reference: Reference;
      readonly resolution: Exclude<Resolution, { kind: "found" }>;
    }
  | { readonly kind: "wrong"; readonly message: string; readonly hint: string };

export function inferType(
  expression: Expression,
  resolve: (reference: Reference) => Resolution,
): Inference {
  const infer = (each: Expression): Inference => inferType(each, resolve);
  switch (expression.kind) {
    case "text":
      return typed(STRING);
    case "number":
      return typed(NUMBER);
    case "boolean":
      return typed(BOOLEAN);
    case "reference": {
      const resolution = resolve(expression);
      return resolution.kind === "found"
        ? typed(resolution.schema)
        : { kind: "dead", reference: expression, resolution };
    }
    case "join": {
      const parts = expression.parts.map(infer);
      return parts.find(({ kind }) => kind !== "typed") ?? typed(STRING);
    }
    case "unary": {
      const operand = infer(expression.operand);
      const wanted = expression.operator === "!" ? BOOLEAN : NUMBER;
      if (operand.kind !== "typed" && operand.kind !== "untyped") return operand;
      return isOf(operand, wanted) ? typed(wanted) : wrongOperand(expression.operator, wanted);
    }
    case "binary":
      return inferBinary(expression, infer(expression.left), infer(expression.right));
  }
}

function inferBinary(
  { operator }: Extract<Expression, { kind: "binary" }>,
  left: Inference,
  right: Inference,
): Inference {
  const failed = [left, right].find(({ kind }) => kind === "dead" || kind === "wrong");
  if (failed !== undefined) return failed;
  const areBoth = (wanted: DataSchema): boolean => isOf(left, wanted) && isOf(right, wanted);
  switch (operator) {
    case "%":
      return { kind: "untyped" };
    case "+":
      if (areBoth(NUMBER)) return typed(NUMBER);
      return {
        kind: "wrong",
        message: "+ adds numbers only; it joins no texts",
        hint: "to join texts, write them side by side: 'Hello ' ${data.name}",
      };
    case "-":
    case "*":
    case "/":
      return areBoth(NUMBER) ? typed(NUMBER) : wrongOperand(operator, NUMBER);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return areBoth(NUMBER) ? typed(BOOLEAN) : wrongOperand(operator, NUMBER);
    case "&&":
    case "||":
      return areBoth(BOOLEAN) ? typed(BOOLEAN) : wrongOperand(operator, BOOLEAN);
    case "==":
    case "!=":
      return isSameType(left, right) ? typed(BOOLEAN) : differentTypes(operator, left, right);
  }
}

function typed(schema: DataSchema): Inference {
  return { kind: "typed", schema };
}

function isOf(inference: Inference, wanted: DataSchema): boolean {
  if (inference.kind !== "typed") return false;
  const kind = baseKind(inference.schema);
  return kind === "unknown" || kind === wanted.kind;
}

function isSameType(left: Inference, right: Inference): boolean {
  if (left.kind !== "typed" || right.kind !== "typed") return false;
  const [a, b] = [baseKind(left.schema), baseKind(right.schema)];
  return a === b || a === "unknown" || b === "unknown";
}

function baseKind({ kind }: DataSchema): DataSchema["kind"] {
  return kind === "integer" ? "number" : kind;
}

function wrongOperand(operator: string, wanted: DataSchema): Inference {
  return {
    kind: "wrong",
    message: `${operator} takes ${wanted.kind === "number" ? "numbers" : "booleans"} only`,
    hint:
      wanted.kind === "boolean"
        ? "compare first, in parentheses: (${data.count} > 0)"
        : "declare the data as number, or compare with == instead",
  };
}

function differentTypes(operator: string, left: Inference, right: Inference): Inference {
  if (left.kind !== "typed" || right.kind !== "typed") {
    return {
      kind: "wrong",
      message: "the result of % has no type, so it can be compared with nothing",
      hint: "let the endpoint calculate the remainder",
    };
  }
  const [a, b] = [nameOfSchema(left.schema), nameOfSchema(right.schema)];
  return {
    kind: "wrong",
    message: `${operator} compares ${a} with ${b}`,
    hint: "compare two values of one type; text stands in single quotes, numbers and booleans without",
  };
}
