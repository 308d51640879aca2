// The types of what `navigate` hands over, against the data the next screen declares.
// Source: observed in Meta's web client, August 2026.

import type { DataSchema } from "../../data-model.ts";
import type { JsonPath, JsonValue } from "../../json-value.ts";
import { type Comparison, compareSchemas, nameOfSchema } from "../compare-schemas.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { navigations } from "./navigations.ts";
import { isStatic, schemaOfPayload } from "./payload-values.ts";
import { type Edit, type Problem, replaceKey, replaceValue } from "./rule.ts";

export function* staticNavigateValues(flow: FlowView): Generator<Problem> {
  for (const { value, at, schema, screen, target, key } of handedOver(flow)) {
    if (!isStatic(value)) continue;
    if (schema === undefined) {
      const near = nearestName(
        key,
        target.model.fields.map(({ name }) => name),
      );
      yield {
        code: "INVALID_NAVIGATE_ACTION_STATIC_DATA",
        at,
        part: "key",
        message: `screen ${target.id} declares no data called ${key}`,
        hint: near === null ? `declare ${key} in its data, or remove it here` : `write \`${near}\``,
        fix: near === null ? null : replaceKey(at, near),
      };
      continue;
    }
    const compared = compareSchemas(schemaOfPayload(value, flow, screen), schema);
    if (compared.kind !== "differs") continue;
    yield {
      code: "INVALID_NAVIGATE_ACTION_STATIC_DATA",
      at,
      message: `${key} on screen ${target.id} is ${inWords(compared)}`,
      hint: `write a value of type ${nameOfSchema(compared.expected)}, or change the type in the data of screen ${target.id}`,
      fix: retyped(value, schema, at),
    };
  }
}

export function* dynamicNavigateValues(flow: FlowView): Generator<Problem> {
  for (const { value, at, schema, screen, target, key } of handedOver(flow)) {
    if (schema === undefined || isStatic(value)) continue;
    const compared = compareSchemas(schemaOfPayload(value, flow, screen), schema);
    if (compared.kind === "differs") {
      yield {
        code: "INVALID_NAVIGATE_ACTION_PAYLOAD",
        at,
        message: `${key} on screen ${target.id} is ${inWords(compared)}`,
        hint: `declare ${key} as ${nameOfSchema(compared.actual)} in the data of screen ${target.id}`,
      };
    }
    if (compared.kind === "undeclared") {
      yield {
        code: "INVALID_NAVIGATE_ACTION_PAYLOAD",
        at: [...target.path, "data", key, ...compared.path],
        message: `${key} on screen ${target.id} has an object without properties, so nothing can be compared with it`,
        hint: 'add "properties" with the keys that are handed over',
      };
    }
  }
}

type HandedOver = {
  readonly key: string;
  readonly value: JsonValue;
  readonly at: JsonPath;
  /** `undefined`: the next screen has data, but not this. */
  readonly schema: DataSchema | undefined;
  readonly screen: ScreenView;
  readonly target: ScreenView;
};

function* handedOver(flow: FlowView): Generator<HandedOver> {
  for (const { screen, action, target } of navigations(flow)) {
    if (target === undefined || target.data === null || action.payload === null) continue;
    const schemas = new Map(target.model.fields.map(({ name, schema }) => [name, schema]));
    for (const [key, value] of Object.entries(action.payload)) {
      const at = [...action.path, "payload", key];
      yield { key, value, at, schema: schemas.get(key), screen, target };
    }
  }
}

export function inWords({ expected, actual }: Extract<Comparison, { kind: "differs" }>): string {
  return `declared as ${nameOfSchema(expected)} but given ${nameOfSchema(actual)}`;
}

/** The same value in the type that is wanted, where that is only a matter of quotes. */
export function retyped(value: JsonValue, schema: DataSchema, at: JsonPath): Edit | null {
  if (schema.kind === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return replaceValue(at, String(value));
  }
  if (typeof value !== "string") return null;
  if (schema.kind === "number" || schema.kind === "integer") {
    const number = value.trim() === "" ? Number.NaN : Number(value);
    const fits = schema.kind === "number" ? Number.isFinite(number) : Number.isInteger(number);
    return fits ? replaceValue(at, number) : null;
  }
  const isBoolean = schema.kind === "boolean" && (value === "true" || value === "false");
  return isBoolean ? replaceValue(at, value === "true") : null;
}
