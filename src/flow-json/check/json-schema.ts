// A JSON Schema (draft-07, what editors read) of one Flow JSON version, made from the tables that the linter checks
// with. It helps while somebody types; what only rules can say (routes, bindings, limits) is the linter's.

import { componentSpec } from "../components.ts";
import type { JsonObject, JsonValue } from "../json-value.ts";
import { type FlowJsonVersion, isAtLeast } from "../versions.ts";
import { ACTION_NEEDS, CLICK_PROPERTIES, SELECT_PROPERTIES } from "./schema/actions.ts";
import { componentsAllowedIn } from "./schema/check-component.ts";
import { patternOf } from "./schema/check-pattern.ts";
import { COMPONENT_PROPERTIES } from "./schema/component-properties.ts";
import { FLOW_PROPERTIES } from "./schema/document-properties.ts";
import type { ActionSpec, ComponentPlace, PropertyTable, ValueSpec } from "./schema/value-spec.ts";

/** Where components stand; each has a definition of its own. */
const PLACES: readonly ComponentPlace[] = ["screen", "form", "if", "switch"];

export function createJsonSchema(version: FlowJsonVersion): JsonObject {
  const { version: _, ...rest } = FLOW_PROPERTIES;
  const flow = schemaOfTable(rest, version);
  const types = PLACES.flatMap((place) => componentsAllowedIn(place, version));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `WhatsApp Flow JSON ${version}`,
    ...flow,
    required: ["version", ...requiredOf(rest)],
    properties: {
      version: { const: version },
      $schema: { type: "string" },
      ...propertiesOf(rest, version),
    },
    definitions: {
      binding: { type: "string", pattern: bindingPattern(version) },
      ...Object.fromEntries(PLACES.map((place) => [place, schemaOfPlace(place, version)])),
      ...Object.fromEntries(
        [...new Set(types)].map((type) => [
          type,
          schemaOfTable(COMPONENT_PROPERTIES[type], version, type),
        ]),
      ),
    },
  };
}

/** Chosen by `type`, so that an editor speaks of one component and not of all those it is not. */
function schemaOfPlace(place: ComponentPlace, version: FlowJsonVersion): JsonObject {
  const types = componentsAllowedIn(place, version);
  return {
    type: "object",
    required: ["type"],
    properties: { type: { enum: types } },
    allOf: types.map((type) => ({
      if: { properties: { type: { const: type } } },
      then: { $ref: `#/definitions/${type}` },
    })),
  };
}

function schemaOfTable(
  table: PropertyTable,
  version: FlowJsonVersion,
  component: string | null = null,
): JsonObject {
  const type = component === null ? {} : { type: { const: component } };
  const since = component === null ? null : (componentSpec(component)?.since ?? null);
  return {
    type: "object",
    ...(since === null || since === "1.0" ? {} : { description: `since version ${since}` }),
    required: [...(component === null ? [] : ["type"]), ...requiredOf(table)],
    properties: { ...type, ...propertiesOf(table, version) },
    additionalProperties: false,
  };
}

function requiredOf(table: PropertyTable): readonly string[] {
  return Object.entries(table)
    .filter(([, { required }]) => required === true)
    .map(([key]) => key);
}

function propertiesOf(table: PropertyTable, version: FlowJsonVersion): JsonObject {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([, { since }]) => since === undefined || isAtLeast(version, since))
      .map(([key, { value }]) => [key, schemaOfValue(value, version)]),
  );
}

const BINDING: JsonObject = { $ref: "#/definitions/binding" };

function schemaOfValue(spec: ValueSpec, version: FlowJsonVersion): JsonObject {
  switch (spec.kind) {
    case "text": {
      const text = filledText(version, spec.filled === true);
      if (spec.or === undefined) return text;
      return { anyOf: [text, TEXT_ALTERNATIVES[spec.or]] };
    }
    case "plain":
      return spec.pattern === undefined
        ? filledText(version, false)
        : { type: "string", pattern: patternOf(spec.pattern, version).test.source };
    case "name":
      return { type: "string", minLength: 1, not: { pattern: "\\$\\{|^`" } };
    case "boolean":
      return orBinding(spec.dynamic, { type: "boolean" });
    case "number":
      return orBinding(spec.dynamic, {
        type: spec.dynamic ? "number" : "integer",
        ...(spec.minimum === undefined ? {} : { minimum: spec.minimum }),
        ...(spec.maximum === undefined ? {} : { maximum: spec.maximum }),
      });
    case "enum":
      return orBinding(spec.dynamic, { enum: spec.values });
    case "const":
      return { enum: spec.values(version) };
    case "list":
      return orBinding(spec.dynamic !== "no", {
        type: "array",
        items: schemaOfValue(spec.items, version),
        ...(spec.minItems === undefined ? {} : { minItems: spec.minItems }),
        ...(spec.maxItems === undefined ? {} : { maxItems: spec.maxItems }),
      });
    case "object":
      return schemaOfTable(spec.properties, version);
    case "map":
      return orBinding(spec.dynamic, {
        type: "object",
        ...(spec.keys === null
          ? {}
          : { propertyNames: { pattern: patternOf(spec.keys, version).test.source } }),
        additionalProperties: schemaOfValue(spec.values, version),
      });
    case "action":
      return schemaOfAction(spec.action, version);
    case "components":
      return { type: "array", items: { $ref: `#/definitions/${spec.place}` } };
    case "data-entry":
      return {
        anyOf: [
          { type: "object", required: ["type", "__example__"] },
          { type: "array", items: { type: "string" } },
        ],
      };
    case "binding":
      return BINDING;
    case "condition":
      return { type: "string" };
    case "regex":
      return { type: "string", format: "regex" };
    case "anything":
      return {};
  }
}

const TEXT_ALTERNATIVES: Readonly<Record<"strings" | "object" | "number", JsonValue>> = {
  strings: { type: "array", items: { type: "string" } },
  object: { type: "object" },
  number: { type: "number" },
};

/** Not blank, in the versions that mind. */
function filledText(version: FlowJsonVersion, isFilled: boolean): JsonObject {
  if (isAtLeast(version, "6.0")) return { type: "string", pattern: "\\S" };
  return isFilled ? { type: "string", minLength: 1 } : { type: "string" };
}

function orBinding(isBindable: boolean, schema: JsonObject): JsonObject {
  return isBindable ? { anyOf: [schema, BINDING] } : schema;
}

function schemaOfAction(spec: ActionSpec, version: FlowJsonVersion): JsonObject {
  const names = Object.entries(spec.names)
    .filter(([, since]) => isAtLeast(version, since))
    .map(([name]) => name);
  const table = spec.trigger === "click" ? CLICK_PROPERTIES : SELECT_PROPERTIES;
  const base = schemaOfTable(table, version);
  const properties = { ...propertiesOf(table, version), name: { enum: names } };
  if (spec.trigger === "select") return { ...base, properties };
  return {
    ...base,
    properties,
    allOf: names.map((name) => {
      const { needs, forbids } = ACTION_NEEDS[name] ?? { needs: [], forbids: [] };
      return {
        if: { properties: { name: { const: name } } },
        then: {
          required: needs,
          properties: Object.fromEntries(forbids.map((key) => [key, false])),
        },
      };
    }),
  };
}

function bindingPattern(version: FlowJsonVersion): string {
  const binding = "\\$\\{(screen\\.[\\w,]+\\.)?(data|form)(\\.[\\w-]+)+\\}";
  return isAtLeast(version, "6.0") ? `^(${binding}|\`.*\`)$` : `^${binding}$`;
}
