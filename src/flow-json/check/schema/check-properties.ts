// An object against its table: what must be there, what may not, and then every value by itself.

import { addMember, replaceKey } from "../edit.ts";
import { nearestName } from "../nearest-name.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json-value.ts";
import { isAtLeast } from "../../versions.ts";
import { COMPONENT_PROPERTIES } from "./component-properties.ts";
import { sampleValue } from "./sample-value.ts";
import { jsonTypeOf, memberLiteral, type SchemaContext } from "./schema-context.ts";
import { nameOf, property, refusedKey, type SchemaPath } from "./schema-path.ts";
import type { PropertySpec, PropertyTable } from "./value-spec.ts";

/**
 * @param component  the type, where the object is a component
 */
export function checkProperties(
  value: JsonValue,
  table: PropertyTable,
  path: SchemaPath,
  context: SchemaContext,
  component: string | null = null,
): void {
  if (!isJsonObject(value)) {
    reportNoObject(value, path, context);
    return;
  }
  const known = component === null ? table : { type: TYPE, ...table };
  for (const [key, spec] of Object.entries(known)) {
    if (spec.required === true && !Object.hasOwn(value, key)) {
      reportMissing(key, spec, value, path, context);
    }
  }
  for (const key of Object.keys(value)) {
    const spec = Object.hasOwn(known, key) ? known[key] : undefined;
    if (spec === undefined) reportUnknown(key, known, path, context, component);
    else if (!isKnownTo(spec, context)) reportTooEarly(key, spec, path, context);
    else if (spec.outsideForm === true && context.isInsideForm)
      reportInsideForm(key, path, context);
  }
  for (const [key, entry] of Object.entries(value)) {
    const spec = Object.hasOwn(known, key) ? known[key] : undefined;
    if (spec !== undefined) context.check(spec.value, entry, property(path, key), context);
  }
}

/** Its value has already chosen the table. */
const TYPE: PropertySpec = { value: { kind: "anything" }, required: true };

export function isKnownTo(spec: PropertySpec, context: SchemaContext): boolean {
  return spec.since === undefined || isAtLeast(context.flow.version, spec.since);
}

export function reportNoObject(value: JsonValue, path: SchemaPath, context: SchemaContext): void {
  context.report({
    code: "INVALID_PROPERTY_TYPE",
    path,
    message: `${nameOf(path)} must be an object, not ${jsonTypeOf(value)}`,
    hint: "write an object: `{…}`",
  });
}

export function reportMissing(
  key: string,
  spec: PropertySpec,
  object: JsonObject,
  path: SchemaPath,
  context: SchemaContext,
): void {
  const sample = sampleValue(spec.value, key, context.flow.version);
  // What leaves no choice can be written by a machine.
  const isMechanical = spec.value.kind === "const" || spec.value.kind === "map";
  context.report({
    code: "MISSING_REQUIRED_PROPERTY",
    path,
    message: `the property '${key}' is missing`,
    hint: `add ${memberLiteral(key, sample)}`,
    fix: isMechanical
      ? addMember(context.flow.source, path.steps, key, sample, Object.keys(object)[0])
      : null,
  });
}

function reportUnknown(
  key: string,
  known: PropertyTable,
  path: SchemaPath,
  context: SchemaContext,
  component: string | null,
): void {
  if (context.isFull()) return;
  const at = refusedKey(path, key);
  const allowed = Object.keys(known).filter((name) => {
    const spec = known[name];
    return spec !== undefined && isKnownTo(spec, context);
  });
  const meant = nearestName(key, allowed);
  context.report({
    code: "INVALID_PROPERTY_KEY",
    path: at,
    part: "key",
    message: `there is no property '${key}' ${component === null ? "here" : `in ${component}`}`,
    hint: meant === null ? removalHint(key, allowed, component) : `write \`"${meant}"\``,
    fix: meant === null ? null : replaceKey(context.flow.source, at.steps, meant),
  });
}

/** Keys of older versions, or that people expect, and what stands in their place. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  data_channel_uri:
    "set the endpoint's URL at the flow itself, through the Graph API or WhatsApp Manager",
};

function removalHint(key: string, allowed: readonly string[], component: string | null): string {
  const replacement = REPLACEMENTS[key];
  if (replacement !== undefined) return `remove it; ${replacement}`;
  const owners = Object.entries(COMPONENT_PROPERTIES)
    .filter(([, table]) => Object.hasOwn(table, key))
    .map(([type]) => type);
  if (component !== null && owners.length > 0 && owners.length <= 4) {
    return `remove it; it is a property of ${owners.join(" and ")}`;
  }
  return allowed.length === 0 ? "remove it" : `remove it; there are: ${allowed.join(", ")}`;
}

function reportTooEarly(
  key: string,
  { since }: PropertySpec,
  path: SchemaPath,
  context: SchemaContext,
): void {
  context.report({
    code: "INVALID_PROPERTY_KEY",
    path: refusedKey(path, key),
    part: "key",
    message: `'${key}' is not in version ${context.flow.version}`,
    hint: `it needs version ${since} or later: write ${memberLiteral("version", since ?? "")}, or remove it`,
  });
}

function reportInsideForm(key: string, path: SchemaPath, context: SchemaContext): void {
  context.report({
    code: "INVALID_PROPERTY_KEY",
    path: refusedKey(path, key),
    part: "key",
    message: `'${key}' may not stand on a component inside a Form`,
    hint: `remove it; the Form's own '${key}s' holds it, by the component's name`,
  });
}
