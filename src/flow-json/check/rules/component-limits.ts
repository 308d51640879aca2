// How many components of a kind, and how many in all, a screen may have. Of an If or a Switch only
// its fullest branch counts, since one branch is shown at a time.
// Source: Meta, "Components"; counting and paths observed in Meta's web client, August 2026.

import type { Component } from "../../component-tree.ts";
import { isAtLeast } from "../../versions.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

const LIMITS = [
  { type: "Footer", limit: 1, since: "1.0" },
  { type: "Form", limit: 1, since: "7.0" },
  { type: "EmbeddedLink", limit: 2, since: "1.0" },
  { type: "Image", limit: 3, since: "1.0" },
  { type: "ImageCarousel", limit: 2, since: "7.1" },
  { type: "OptIn", limit: 5, since: "1.0" },
  { type: "PhotoPicker", limit: 1, since: "4.0" },
  { type: "DocumentPicker", limit: 1, since: "4.0" },
] as const;

const MAX_COMPONENTS = 100;

export function* componentsOfType({ version, screens }: FlowView): Generator<Problem> {
  const limits = LIMITS.filter(({ since }) => isAtLeast(version, since));
  for (const screen of screens) {
    for (const { type, limit } of limits) {
      const all = screen.flat.filter((each) => each.type === type);
      if (all.length <= limit || countShown(screen.components, type) <= limit) continue;
      const isBranched = all.some(({ branches }) => branches.length > 0);
      for (const { path } of isBranched ? all : all.slice(limit)) {
        yield {
          code: "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN",
          at: [...path, "type"],
          message: `screen ${screen.id} has ${all.length} ${type} components; ${limit} is the limit`,
          hint: "remove one, or move it to another screen",
        };
      }
    }
  }
}

/** The most components of a type that can be seen at once. */
function countShown(components: readonly Component[], type: string): number {
  let count = 0;
  for (const component of components) {
    if (component.type === type) count += 1;
    if (component.kind === "form") count += countShown(component.children, type);
    if (component.kind === "if") {
      const { whenTrue, whenFalse } = component;
      count += Math.max(countShown(whenTrue, type), countShown(whenFalse, type));
    }
    if (component.kind === "switch") {
      let most = 0;
      for (const each of component.cases.values()) most = Math.max(most, countShown(each, type));
      count += most;
    }
  }
  return count;
}

export function* componentCount({ screens }: FlowView): Generator<Problem> {
  for (const { id, flat } of screens) {
    const counted = flat.filter(({ type }) => type !== "Form");
    for (const { path } of counted.slice(MAX_COMPONENTS)) {
      yield {
        code: "MAX_ALLOWED_COMPONENTS_PER_SCREEN",
        at: [...path, "type"],
        message: `screen ${id} has ${counted.length} components; ${MAX_COMPONENTS} is the limit`,
        hint: "move some of them to another screen",
      };
    }
  }
}

export function* mediaPickerCount({ screens }: FlowView): Generator<Problem> {
  for (const screen of screens) {
    const pickers = screen.flat.filter(isMediaPicker);
    if (pickers.length < 2 || !overlap(screen)) continue;
    for (const { path } of pickers) {
      yield {
        code: "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN",
        at: [...path, "type"],
        message: `screen ${screen.id} has ${pickers.length} media pickers; one is the limit`,
        hint: "keep one PhotoPicker or DocumentPicker, and move the other to a screen of its own",
      };
    }
  }
}

export function isMediaPicker({ type }: Component): boolean {
  return type === "PhotoPicker" || type === "DocumentPicker";
}

function overlap({ components }: ScreenView): boolean {
  return countShown(components, "PhotoPicker") + countShown(components, "DocumentPicker") > 1;
}
