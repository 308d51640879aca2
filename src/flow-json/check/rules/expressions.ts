// Expressions between backticks, in properties and in payloads: that they can be read, that what they
// refer to exists, and that they give what their place takes.
// Source: Meta, "Flow JSON", nested expressions; observed in Meta's web client, August 2026.

import { parseExpression, isExpression } from "../../expression.ts";
import type { DataSchema } from "../../data-model.ts";
import type { JsonPath } from "../../json-value.ts";
import { fitsOneOf, nameOfSchema } from "../compare-schemas.ts";
import { explainReference } from "../explain-reference.ts";
import { inferType } from "../expression-types.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import { BOOLEAN } from "../form-schema.ts";
import { payloadTexts } from "./payload-values.ts";
import type { Problem } from "./rule.ts";

/** Meta does not look into these. */
const UNCHECKED: ReadonlySet<string> = new Set([
  "init-value",
  "init-values",
  "error-message",
  "error-messages",
]);

export function* expressions(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const { component, text, path, property, accepted } of screen.bound) {
      if (UNCHECKED.has(property) || !isExpression(text)) continue;
      if (component.type === "RichText" && property === "text") continue;
      yield* checkExpression(flow, screen, { text, path, accepted });
    }
    for (const component of screen.flat) {
      const condition = component.properties["condition"];
      if (component.kind !== "if" || typeof condition !== "string") continue;
      if (!isExpression(condition)) continue;
      const path = [...component.path, "condition"];
      yield* checkExpression(flow, screen, { text: condition, path, accepted: [BOOLEAN] });
    }
  }
}

/** Only where payloads leave the flow; what `navigate` hands over is not looked into. */
export function* payloadExpressions(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const { name, payload, path } of screen.flat.flatMap(({ actions }) => actions)) {
      if (name !== "complete" && name !== "data_exchange") continue;
      for (const each of payloadTexts(payload ?? {}, [...path, "payload"])) {
        if (!isExpression(each.text)) continue;
        yield* checkExpression(flow, screen, {
          text: each.text,
          path: each.path,
          accepted: null,
          missing: "INVALID_ACTION_PAYLOAD_PROPERTY",
        });
      }
    }
  }
}

type Place = {
  readonly text: string;
  readonly path: JsonPath;
  /** `null`: whatever it gives. */
  readonly accepted: readonly DataSchema[] | null;
  /** The code for a reference that leads nowhere. */
  readonly missing?: string;
};

export function* checkExpression(
  flow: FlowView,
  screen: ScreenView,
  { text, path, accepted, missing = "INVALID_PROPERTY_VALUE" }: Place,
): Generator<Problem> {
  const code = "INVALID_PROPERTY_VALUE";
  const parsed = parseExpression(text);
  if (parsed.kind === "invalid") {
    yield {
      code,
      at: path,
      message: `this expression cannot be read at character ${parsed.offset + 1}: ${parsed.reason}`,
      hint: "use references, 'text', numbers, true, false, operators and parentheses; there are no calls, no ?: and no null",
    };
    return;
  }
  const inferred = inferType(parsed.expression, (reference) => flow.resolve(reference, screen));
  switch (inferred.kind) {
    case "dead": {
      const { message, hint } = explainReference(flow, inferred.reference, inferred.resolution);
      yield { code: missing, at: path, message, hint };
      return;
    }
    case "wrong":
      yield { code, at: path, message: inferred.message, hint: inferred.hint };
      return;
    case "untyped":
      yield {
        code,
        at: path,
        message: "the result of % has no type, so it fits nowhere",
        hint: "let the endpoint calculate the remainder",
      };
      return;
    case "typed":
      if (accepted === null || fitsOneOf(inferred.schema, accepted)) return;
      yield {
        code,
        at: path,
        message: `this takes ${accepted.map(nameOfSchema).join(" or ")}, but the expression gives ${nameOfSchema(inferred.schema)}`,
        hint: givesInstead(inferred.schema, accepted),
      };
  }
}

function givesInstead(schema: DataSchema, accepted: readonly DataSchema[]): string {
  if (accepted.some(({ kind }) => kind === "string")) {
    return "join it with a text to make it one: `${data.count} ''`";
  }
  if (accepted.some(({ kind }) => kind === "boolean") && schema.kind !== "boolean") {
    return "compare it with something: `${data.count} > 0`";
  }
  return `make it give ${accepted.map(nameOfSchema).join(" or ")}`;
}
