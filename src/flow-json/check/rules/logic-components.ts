// If and Switch: branches that hold something, and no deeper than Meta allows.
// Source: Meta, "Components", If and Switch; paths observed in Meta's web client, August 2026.

import { formatPath, isJsonArray, isJsonObject } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

const MAX_IF_DEPTH = 3;

export function* emptyBranches({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    if (type !== "If") continue;
    for (const branch of ["then", "else"]) {
      const children = properties[branch];
      if (!isJsonArray(children) || children.length > 0) continue;
      yield {
        code: "INVALID_PROPERTY_VALUE",
        at: [...path, branch],
        message: `the ${branch} of this If is empty`,
        hint: branch === "else" ? "remove it" : "put a component into it, or remove the If",
      };
    }
  }
}

export function* emptySwitches({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    const cases = properties["cases"];
    if (type !== "Switch" || !isJsonObject(cases) || Object.keys(cases).length > 0) continue;
    yield {
      code: "INVALID_PROPERTY_VALUE",
      at: [...path, "cases"],
      message: "this Switch has no cases",
      hint: "add a case with its components, or remove the Switch",
    };
  }
}

export function* ifDepth({ screens }: FlowView): Generator<Problem> {
  const reported = new Set<string>();
  for (const { type, branches } of screens.flatMap(({ flat }) => flat)) {
    const outer = branches.filter((branch) => branch.type === "If");
    const [outermost] = outer;
    if (type !== "If" || outermost === undefined || outer.length < MAX_IF_DEPTH) continue;
    const place = formatPath(outermost.path);
    if (reported.has(place)) continue;
    reported.add(place);
    yield {
      code: "MAXIMUM_IF_NESTING",
      at: outermost.path,
      message: `this If holds others more than ${MAX_IF_DEPTH} deep`,
      hint: "join two conditions with && instead of nesting them",
    };
  }
}
