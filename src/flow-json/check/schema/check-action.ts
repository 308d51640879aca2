// An action: which of them the place allows, and what each needs and refuses beside its name.

import { isJsonObject, type JsonObject, type JsonValue } from "../../json-value.ts";
import { isAtLeast } from "../../versions.ts";
import { parseBinding } from "../../binding.ts";
import { ACTION_NEEDS, CLICK_PROPERTIES, SELECT_PROPERTIES } from "./actions.ts";
import { reportNotOneOf } from "./check-choice.ts";
import { checkProperties, reportMissing, reportNoObject } from "./check-properties.ts";
import type { Echo, SchemaContext } from "./schema-context.ts";
import { property, type SchemaPath } from "./schema-path.ts";
import type { ActionSpec } from "./value-spec.ts";

export function checkAction(
  spec: ActionSpec,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (!isJsonObject(value)) {
    reportNoObject(value, path, context);
    return;
  }
  const properties = spec.trigger === "click" ? CLICK_PROPERTIES : SELECT_PROPERTIES;
  checkProperties(value, properties, path, context);
  const { name } = value;
  if (typeof name !== "string") return;
  const allowed = Object.entries(spec.names)
    .filter(([, since]) => isAtLeast(context.flow.version, since))
    .map(([known]) => known);
  const namePath = property(path, "name");
  if (!allowed.includes(name)) {
    reportRefusedName(spec, allowed, name, namePath, context);
    return;
  }
  if (spec.trigger === "select") return;
  // Meta tries open_url as one alternative and the other actions as another: a faulty open_url is reported by both.
  const echoes = name === "open_url" ? [{ code: "INVALID_ENUM_VALUE", at: namePath } as const] : [];
  checkNeeds(name, value, path, context, echoes);
  if (name === "open_url") checkUrl(value["url"], property(path, "url"), context, echoes);
}

function reportRefusedName(
  spec: ActionSpec,
  allowed: readonly string[],
  name: string,
  path: SchemaPath,
  context: SchemaContext,
): void {
  const code = spec.trigger === "click" ? "INVALID_ENUM_VALUE" : "INVALID_PROPERTY_VALUE";
  const since = Object.hasOwn(spec.names, name) ? spec.names[name] : undefined;
  if (since === undefined) {
    reportNotOneOf({ code, values: allowed, subject: "this action" }, name, path, context);
    return;
  }
  context.report({
    code,
    path,
    message: `the action ${name} is not in version ${context.flow.version}`,
    hint: `it needs version ${since} or later: write \`"version": "${since}"\``,
  });
}

function checkNeeds(
  name: string,
  action: JsonObject,
  path: SchemaPath,
  context: SchemaContext,
  echoes: readonly Echo[],
): void {
  const rule = Object.hasOwn(ACTION_NEEDS, name) ? ACTION_NEEDS[name] : undefined;
  const withEchoes: SchemaContext = {
    ...context,
    report: (fault, ...others) => context.report(fault, ...others, ...echoes),
  };
  for (const key of rule?.needs ?? []) {
    const spec = CLICK_PROPERTIES[key];
    if (spec === undefined || Object.hasOwn(action, key)) continue;
    reportMissing(key, spec, action, path, withEchoes);
  }
  for (const key of rule?.forbids ?? []) {
    if (!Object.hasOwn(action, key)) continue;
    withEchoes.report({
      code: "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
      path,
      message: `the action ${name} takes no '${key}'`,
      hint: `remove \`"${key}"\``,
    });
  }
}

function checkUrl(
  value: JsonValue | undefined,
  path: SchemaPath,
  context: SchemaContext,
  echoes: readonly Echo[],
): void {
  if (typeof value !== "string") return;
  if (parseBinding(value) !== null || isWebAddress(value)) return;
  context.report(
    {
      code: "INVALID_PROPERTY_VALUE_FORMAT",
      path,
      message: "url must be a web address or a binding",
      hint: 'write a whole address, like `"https://example.com"`',
    },
    "PATTERN_MISMATCH",
    ...echoes,
  );
}

function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && !/\s/.test(value) && URL.canParse(value);
}
