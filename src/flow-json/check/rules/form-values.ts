// `init-values` and `error-messages` of a Form: for inputs inside it, in a type they take.
// Source: Meta, "Components", Form; codes and paths observed in Meta's web client, August 2026.

import { type Component, walkComponents } from "../../component-tree.ts";
import { isJsonObject, type JsonValue } from "../../json-value.ts";
import { compareSchemas, nameOfSchema, schemaOfValue } from "../compare-schemas.ts";
import type { FlowView } from "../flow-view.ts";
import { formSchema } from "../form-schema.ts";
import { nearestName } from "../nearest-name.ts";
import { isMediaPicker } from "./component-limits.ts";
import { isStatic } from "./payload-values.ts";
import { type Problem, replaceKey } from "./rule.ts";

type Entry = {
  readonly property: "init-values" | "error-messages";
  readonly form: Component;
  readonly name: string;
  readonly value: JsonValue;
  readonly input: Component | undefined;
  readonly names: readonly string[];
};

export function* mediaInitValues(flow: FlowView): Generator<Problem> {
  for (const { property, form, name, input } of formEntries(flow)) {
    if (property !== "init-values" || input === undefined || !isMediaPicker(input)) continue;
    yield {
      code: "NATIVE_COMPONENT_IN_FORM_INIT_VALUES",
      at: [...form.path, property, name],
      message: `a ${input.type} starts empty; no value can be set for ${name}`,
      hint: `remove ${name} from init-values`,
    };
  }
}

export function* formEntryTypes(flow: FlowView): Generator<Problem> {
  for (const { property, form, name, value, input, names } of formEntries(flow)) {
    const problem = { code: "INVALID_PROPERTY_VALUE", at: [...form.path, property] };
    if (input === undefined) {
      const near = nearestName(name, names);
      yield {
        ...problem,
        message: `${property} names ${name}, which is no input of the Form`,
        hint: near === null ? "remove it, or add the input" : `write \`${near}\``,
        fix: near === null ? null : replaceKey([...problem.at, name], near),
      };
    } else if (!isStatic(value)) {
      // What is bound was compared with the data already.
    } else if (property === "error-messages") {
      if (typeof value === "string" || isJsonObject(value)) continue;
      yield {
        ...problem,
        message: `the error message of ${name} is no text`,
        hint: "write it in quotes",
      };
    } else if (!isInitValue(value, input)) {
      yield {
        ...problem,
        message: `the initial value of ${name} is of a type that a ${input.type} does not hold`,
        hint: `write ${nameOfSchema(formSchema(input) ?? { kind: "null" })}, or remove it`,
      };
    }
  }
}

function isInitValue(value: JsonValue, input: Component): boolean {
  const schema = formSchema(input);
  if (schema === null || isMediaPicker(input)) return false;
  // A number may be written as text.
  if (schema.kind === "number" && typeof value === "string") return true;
  return compareSchemas(schemaOfValue(value), schema).kind !== "differs";
}

function* formEntries({ screens }: FlowView): Generator<Entry> {
  for (const form of screens.flatMap(({ forms }) => forms)) {
    const inputs = [...walkComponents(form.children)].filter((each) => formSchema(each) !== null);
    const byName = new Map(inputs.map((each) => [each.name ?? "", each]));
    const names = [...byName.keys()];
    for (const property of ["init-values", "error-messages"] as const) {
      const entries = form.properties[property];
      if (!isJsonObject(entries)) continue;
      for (const [name, value] of Object.entries(entries)) {
        yield { property, form, name, value, input: byName.get(name), names };
      }
    }
  }
}
