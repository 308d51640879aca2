// Meta's schema phase: every property against the tables of this folder, tolerant of whatever stands there instead.
// Dispatches on `type`, so that a fault is reported where it is and not once for every component it is not.

import { isJsonArray, isJsonObject, type JsonValue } from "../../json-value.ts";
import type { CheckedFlow, Finding } from "../finding.ts";
import { checkAction } from "./check-action.ts";
import { checkBoolean, checkEnum, checkNumber, reportNotOneOf } from "./check-choice.ts";
import { checkList, checkMap } from "./check-collection.ts";
import { checkComponents } from "./check-component.ts";
import { checkProperties } from "./check-properties.ts";
import { checkCondition, checkDataEntry } from "./check-special.ts";
import { checkBinding, checkName, checkPlain, checkRegex, checkText } from "./check-text.ts";
import { FLOW_PROPERTIES } from "./document-properties.ts";
import type { SchemaContext } from "./schema-context.ts";
import { ROOT, type SchemaPath } from "./schema-path.ts";
import { createScreenNames } from "./screen-names.ts";
import type { ValueSpec } from "./value-spec.ts";

export type SchemaFinding = {
  readonly finding: Finding;
  /** Meta's second word on a fault that another finding names already. */
  readonly isEcho: boolean;
};

/** A file with more faults is no flow.json that anybody mends from a list. */
const MAX_FINDINGS = 1_000;

/** In the order in which Meta finds them. */
export function checkSchema(flow: CheckedFlow): readonly SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const isFull = (): boolean => findings.length >= MAX_FINDINGS;
  const context: SchemaContext = {
    flow,
    isInsideForm: false,
    screenNames: createScreenNames(flow.source),
    report(fault, ...echoes) {
      if (isFull()) return;
      const { path, part = "value", message, hint, fix = null } = fault;
      const finding: Finding = {
        code: fault.code,
        severity: "error",
        source: "meta",
        path: path.spelled,
        range: flow.source.locate(path.steps, part),
        message,
        hint,
        fix,
      };
      findings.push({ finding, isEcho: false });
      for (const echo of echoes) {
        if (isFull()) return;
        const { code, at } = typeof echo === "string" ? { code: echo, at: path } : echo;
        const range = flow.source.locate(at.steps);
        findings.push({
          finding: { ...finding, code, path: at.spelled, range, fix: null },
          isEcho: true,
        });
      }
    },
    isFull,
    check: checkValue,
  };
  checkProperties(flow.source.value, FLOW_PROPERTIES, ROOT, context);
  checkSuccess(flow.source.value, context);
  return findings;
}

function checkValue(
  spec: ValueSpec,
  value: JsonValue,
  path: SchemaPath,
  context: SchemaContext,
): void {
  if (context.isFull()) return;
  switch (spec.kind) {
    case "text":
      return checkText(spec, value, path, context);
    case "plain":
      return checkPlain(spec, value, path, context);
    case "name":
      return checkName(value, path, context);
    case "boolean":
      return checkBoolean(spec.dynamic, value, path, context);
    case "number":
      return checkNumber(spec, value, path, context);
    case "enum":
      return checkEnum(spec.values, spec.dynamic, value, path, context);
    case "const": {
      const values = spec.values(context.flow.version);
      if (typeof value === "string" && values.includes(value)) return;
      return reportNotOneOf({ code: "INVALID_PROPERTY_VALUE", values }, value, path, context);
    }
    case "list":
      return checkList(spec, value, path, context);
    case "object":
      return checkProperties(value, spec.properties, path, context);
    case "map":
      return checkMap(spec, value, path, context);
    case "action":
      return checkAction(spec.action, value, path, context);
    case "components":
      return checkComponents(value, spec.place, path, context);
    case "data-entry":
      return checkDataEntry(value, path, context);
    case "condition":
      return checkCondition(value, path, context);
    case "binding":
      return checkBinding(value, path, context);
    case "regex":
      return checkRegex(value, path, context);
    case "anything":
  }
}

function checkSuccess(root: JsonValue, context: SchemaContext): void {
  const screens = isJsonObject(root) ? root["screens"] : undefined;
  if (!isJsonArray(screens)) return;
  for (const [index, screen] of screens.entries()) {
    if (!isJsonObject(screen) || !Object.hasOwn(screen, "success")) continue;
    if (screen["terminal"] === true) continue;
    context.report({
      code: "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
      path: {
        steps: ["screens", index, "success"],
        spelled: `screens[${index}].success`,
      },
      message: "'success' may stand only on a terminal screen",
      hint: 'remove `"success"`, or add `"terminal": true`',
    });
  }
}
