// What a screen is shown with until its author has data of his own: the `__example__`s of its model, made to fit the
// model where they leave something out.

import { type DataSchema, exampleData } from "../../flow-json/data-model.ts";
import type { Screen } from "../../flow-json/document.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../flow-json/json-value.ts";

/** Holds every entry of the model that has an example or that the model requires. */
export function exampleFor({ model, data }: Screen): JsonObject {
  return fitObject(model, exampleData(data ?? {}));
}

type Fields = Extract<DataSchema, { readonly kind: "object" }>;

/** What the model does not declare would not reach the phone. */
function fitObject({ fields }: Fields, example: JsonObject): JsonObject {
  return Object.fromEntries(
    fields.flatMap(({ name, schema, required }) => {
      const value = Object.hasOwn(example, name) ? example[name] : undefined;
      return value === undefined && !required ? [] : [[name, fit(schema, value)]];
    }),
  );
}

function fit(schema: DataSchema, example: JsonValue | undefined): JsonValue {
  switch (schema.kind) {
    case "string": {
      const values = schema.values ?? [];
      const isOne =
        typeof example === "string" && (values.length === 0 || values.includes(example));
      return isOne ? example : (values[0] ?? "");
    }
    case "number":
      return typeof example === "number" ? example : 0;
    case "integer":
      return Number.isInteger(example) ? (example ?? 0) : 0;
    case "boolean":
      return example === true;
    case "null":
      return null;
    case "unknown":
      return example ?? null;
    case "array":
      return isJsonArray(example) ? example.map((item) => fit(schema.items, item)) : [];
    case "record":
      return isJsonObject(example) ? example : {};
    case "object":
      return fitObject(schema, isJsonObject(example) ? example : {});
  }
}
