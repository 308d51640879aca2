// A component: chosen by its `type`, which must exist, in this version and at this place; then its properties.

import { componentSpec, COMPONENTS, type ComponentType } from "../../components.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../json-value.ts";
import { isAtLeast } from "../../versions.ts";
import { replaceValue } from "../edit.ts";
import { nearestName } from "../nearest-name.ts";
import { checkProperties, reportNoObject } from "./check-properties.ts";
import { COMPONENT_PROPERTIES } from "./component-properties.ts";
import { jsonTypeOf, memberLiteral, type SchemaContext } from "./schema-context.ts";
import { element, nameOf, property, type SchemaPath } from "./schema-path.ts";
import type { ComponentPlace } from "./value-spec.ts";

const NOT_IN_IF: readonly ComponentType[] = ["Form", "RichText", "NavigationList", "ImageCarousel"];

/** What may not stand there; in If and Switch the ChipsSelector neither, until 7.1. */
const REFUSED: Readonly<Record<ComponentPlace, readonly ComponentType[]>> = {
  screen: [],
  form: ["Form"],
  if: NOT_IN_IF,
  switch: [...NOT_IN_IF, "If", "Switch"],
};

export function componentsAllowedIn(
  place: ComponentPlace,
  version: string,
): readonly ComponentType[] {
  // The table's keys are the component types.
  return (Object.keys(COMPONENTS) as ComponentType[]).filter((type) =>
    isAtLeast(version, firstVersionIn(place, type) ?? "99.0"),
  );
}

/** `null`: in no version. */
function firstVersionIn(place: ComponentPlace, type: ComponentType): string | null {
  if (REFUSED[place].includes(type)) return null;
  const isBranch = place === "if" || place === "switch";
  return isBranch && type === "ChipsSelector" ? "7.1" : COMPONENTS[type].since;
}

export function checkComponents(
  value: JsonValue,
  place: ComponentPlace,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (!isJsonArray(value)) {
    context.report({
      code: "INVALID_PROPERTY_TYPE",
      path,
      message: `${nameOf(path)} must be an array of components, not ${jsonTypeOf(value)}`,
      hint: "write an array: `[…]`",
    });
    return;
  }
  const within = place === "form" ? { ...context, isInsideForm: true } : context;
  for (const [index, component] of value.entries()) {
    checkComponent(component, place, element(path, index), within);
  }
}

function checkComponent(
  value: JsonValue,
  place: ComponentPlace,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (context.isFull()) return;
  if (!isJsonObject(value)) {
    reportNoObject(value, path, context);
    return;
  }
  const type = value["type"];
  if (typeof type !== "string") {
    reportNoType(value, path, context);
    return;
  }
  if (componentSpec(type) === null) {
    reportUnknownType(type, place, path, context);
    return;
  }
  // The table has a row of that name.
  const known = type as ComponentType;
  const since = firstVersionIn(place, known);
  if (since === null || !isAtLeast(context.flow.version, since)) {
    reportMisplaced(known, place, since, path, context);
    return;
  }
  checkProperties(value, COMPONENT_PROPERTIES[known], path, context, known);
  if (known === "Footer") checkCaptions(value, path, context);
  if (known === "NavigationList") checkListAction(value, path, context);
}

function reportNoType(value: JsonObject, path: SchemaPath, context: SchemaContext): void {
  if (Object.hasOwn(value, "type")) {
    context.report({
      code: "INVALID_PROPERTY_TYPE",
      path: property(path, "type"),
      message: "type must be the name of a component",
      hint: 'write a name, like `"TextBody"`',
    });
    return;
  }
  const candidates = Object.entries(COMPONENT_PROPERTIES)
    .filter(([, table]) => Object.keys(value).every((key) => Object.hasOwn(table, key)))
    .map(([type]) => type);
  const isGuess = candidates.length > 0 && Object.keys(value).length > 0;
  context.report(
    {
      code: "MISSING_REQUIRED_PROPERTY",
      path,
      message: "the component has no type",
      hint: `add \`"type": "${isGuess ? candidates[0] : "TextBody"}"\``,
    },
    // Without a type no key is known.
    ...Object.keys(value).map((key) => ({
      code: "INVALID_PROPERTY_KEY",
      at: { steps: [...path.steps, key], spelled: `${path.spelled}.${key}` },
    })),
  );
}

function reportUnknownType(
  type: string,
  place: ComponentPlace,
  path: SchemaPath,
  context: SchemaContext,
): void {
  const at = property(path, "type");
  const allowed = componentsAllowedIn(place, context.flow.version);
  const meant = nearestName(type, allowed);
  context.report({
    code: "INVALID_PROPERTY_VALUE",
    path: at,
    message: "there is no component of that type",
    hint:
      meant === null
        ? `write the name of a component: ${allowed.join(", ")}`
        : `write \`"${meant}"\``,
    fix: meant === null ? null : replaceValue(context.flow.source, at.steps, meant),
  });
}

const PLACE_NAMES: Readonly<Record<ComponentPlace, string>> = {
  screen: "on a screen",
  form: "inside a Form",
  if: "inside an If",
  switch: "inside a Switch",
};

function reportMisplaced(
  type: ComponentType,
  place: ComponentPlace,
  since: string | null,
  path: SchemaPath,
  context: SchemaContext,
): void {
  context.report({
    code: "ONE_OF_SCHEMA_VALIDATION_FAILED",
    path,
    message:
      since === null
        ? `${type} may not stand ${PLACE_NAMES[place]}`
        : `${type} ${place === "screen" ? "" : `${PLACE_NAMES[place]} `}is not in version ${context.flow.version}`,
    hint:
      since === null
        ? `move ${type} out of it, or remove it`
        : `it needs version ${since} or later: write \`"version": "${since}"\``,
  });
}

/** Either the one in the middle, or both at the sides. */
function checkCaptions(footer: JsonObject, path: SchemaPath, context: SchemaContext): void {
  const has = (key: string): boolean => Object.hasOwn(footer, key);
  for (const [side, other] of [
    ["left-caption", "right-caption"],
    ["right-caption", "left-caption"],
  ] as const) {
    if (!has(side) || has(other)) continue;
    context.report({
      code: "INVALID_DEPENDENCIES",
      path,
      message: `'${side}' needs '${other}' beside it`,
      hint: `add \`"${other}": "Caption"\`, or write \`"center-caption"\` instead`,
    });
  }
  if (has("center-caption") && (has("left-caption") || has("right-caption"))) {
    context.report({
      code: "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
      path,
      message: "'center-caption' cannot stand beside 'left-caption' and 'right-caption'",
      hint: 'remove `"center-caption"`, or the other two',
    });
  }
}

/** On the list, or on its items; items that come from data bring their own. */
function checkListAction(list: JsonObject, path: SchemaPath, context: SchemaContext): void {
  const { "list-items": items } = list;
  if (Object.hasOwn(list, "on-click-action") || !isJsonArray(items)) return;
  if (items.some((item) => isJsonObject(item) && Object.hasOwn(item, "on-click-action"))) return;
  const action = { name: "navigate", next: { type: "screen", name: "SCREEN" }, payload: {} };
  context.report({
    code: "MISSING_REQUIRED_PROPERTY",
    path,
    message: "neither the list nor an item of it has an 'on-click-action'",
    hint: `add ${memberLiteral("on-click-action", action)}`,
  });
}
