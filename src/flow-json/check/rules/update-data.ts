// `update_data` changes the data of the screen it stands on: only what the screen declares, only in
// its type, and not to what it already is.
// Source: Meta, "Flow JSON", update_data; paths observed in Meta's web client, August 2026.

import type { Component } from "../../component-tree.ts";
import { formatReference } from "../../binding.ts";
import { isJsonArray, isJsonObject } from "../../json-value.ts";
import { compareSchemas, nameOfSchema } from "../compare-schemas.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { inWords, retyped } from "./navigate-values.ts";
import { schemaOfPayload } from "./payload-values.ts";
import { type Problem, replaceKey } from "./rule.ts";

const CODE = "INVALID_UPDATE_DATA_ACTION_PAYLOAD";

export function* updateData(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const component of screen.flat) {
      yield* bothLevels(component);
      for (const { name, payload, path } of component.actions) {
        if (name !== "update_data" || payload === null) continue;
        yield* checkPayload(flow, screen, payload, [...path, "payload"]);
      }
    }
  }
}

function* checkPayload(
  flow: FlowView,
  screen: ScreenView,
  payload: NonNullable<Component["actions"][number]["payload"]>,
  path: Component["path"],
): Generator<Problem> {
  if (screen.data === null) {
    if (Object.keys(payload).length === 0) return;
    yield {
      code: CODE,
      at: path,
      message: `update_data changes data, but screen ${screen.id} declares none`,
      hint: `add "data" to screen ${screen.id} with ${Object.keys(payload).join(", ")}`,
    };
    return;
  }
  const schemas = new Map(screen.model.fields.map((field) => [field.name, field.schema]));
  for (const [key, value] of Object.entries(payload)) {
    const at = [...path, key];
    const schema = schemas.get(key);
    if (schema === undefined) {
      const near = nearestName(key, schemas.keys());
      yield {
        code: CODE,
        at,
        part: "key",
        message: `screen ${screen.id} declares no data called ${key}`,
        hint: near === null ? `declare ${key} in its data` : `write \`${near}\``,
        fix: near === null ? null : replaceKey(at, near),
      };
      continue;
    }
    const itself = formatReference({
      kind: "reference",
      screen: null,
      source: "data",
      path: [key],
    });
    if (value === itself) {
      yield {
        code: CODE,
        at,
        message: `update_data sets ${key} to what it already is`,
        hint: "remove it, or give it another value",
      };
      continue;
    }
    const compared = compareSchemas(schemaOfPayload(value, flow, screen), schema);
    if (compared.kind !== "differs") continue;
    yield {
      code: CODE,
      at,
      message: `${key} is ${inWords(compared)}`,
      hint: `write a value of type ${nameOfSchema(compared.expected)}`,
      fix: retyped(value, schema, at),
    };
  }
}

function* bothLevels({ properties, path }: Component): Generator<Problem> {
  const items = properties["data-source"];
  if (!isJsonArray(items)) return;
  for (const trigger of ["on-select-action", "on-unselect-action"]) {
    if (properties[trigger] === undefined) continue;
    for (const [index, item] of items.entries()) {
      if (!isJsonObject(item) || item[trigger] === undefined) continue;
      yield {
        code: CODE,
        at: [...path, "data-source", index, trigger],
        message: `${trigger} stands both on the component and on one of its options`,
        hint: "keep it in one of the two places",
      };
    }
  }
}
