// Lists of options and items: how many a client takes, and that it can tell them apart. Where it
// cannot, it shows an error instead of the screen.
// Source: Meta, "Components"; observed in Meta's web client, August 2026.

import { componentSpec } from "../../components.ts";
import type { Component } from "../../component-tree.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { isStaticText } from "../rules/date-text.ts";
import type { Problem } from "../rules/rule.ts";

type Bounds = { readonly min: number; readonly max: number };

const BOUNDS: Readonly<Record<string, Bounds>> = {
  CheckboxGroup: { min: 1, max: 20 },
  RadioButtonsGroup: { min: 1, max: 20 },
  Dropdown: { min: 1, max: 200 },
  ChipsSelector: { min: 2, max: 20 },
  NavigationList: { min: 1, max: 20 },
};
const MAX_WITH_IMAGES = 100;

export function* optionCounts(flow: FlowView): Generator<Problem> {
  for (const { component, list, items } of staticLists(flow)) {
    const bounds = Object.hasOwn(BOUNDS, component.type) ? BOUNDS[component.type] : undefined;
    // An empty list is the schema's.
    if (bounds === undefined || items.length === 0) continue;
    const hasImages = items.some((item) => isJsonObject(item) && item["image"] !== undefined);
    const max = hasImages ? Math.min(bounds.max, MAX_WITH_IMAGES) : bounds.max;
    if (items.length >= bounds.min && items.length <= max) continue;
    yield {
      code: items.length > max ? "TOO_MANY_OPTIONS" : "TOO_FEW_OPTIONS",
      at: [...component.path, list],
      message: `a ${component.type} shows ${bounds.min} to ${max} entries; this one has ${items.length}`,
      hint:
        items.length > max
          ? "leave some out, or ask in two steps"
          : "add another, or use a component for one choice",
    };
  }
}

export function* optionIds(flow: FlowView): Generator<Problem> {
  for (const { component, list, items } of staticLists(flow)) {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      const id = isJsonObject(item) ? item["id"] : undefined;
      if (typeof id !== "string") continue;
      if (seen.has(id)) {
        yield {
          code: "DUPLICATE_OPTION_IDS",
          at: [...component.path, list, index, "id"],
          message: "another entry of this list has the same id",
          hint: "give every entry its own id",
        };
      }
      seen.add(id);
    }
  }
}

/** What is preset must be there to be chosen. */
export function* presetOptions(flow: FlowView): Generator<Problem> {
  const ids = new Map(
    [...staticLists(flow)].map(({ component, items }) => [
      component,
      new Set(items.map((item) => (isJsonObject(item) ? item["id"] : undefined))),
    ]),
  );
  for (const { input, value, path } of presetValues(flow)) {
    const offered = ids.get(input);
    const chosen = isJsonArray(value) ? value : [value];
    const isOffered = (id: JsonValue): boolean =>
      typeof id !== "string" || !isStaticText(id) || offered?.has(id) === true;
    if (offered === undefined || chosen.every(isOffered)) continue;
    yield {
      code: "UNKNOWN_OPTION",
      at: path,
      message: "the initial value is the id of no option, so nothing is chosen",
      hint: "write the id of an option",
    };
  }
}

type Preset = {
  readonly input: Component;
  readonly value: JsonValue;
  readonly path: Component["path"];
};

function* presetValues({ screens }: FlowView): Generator<Preset> {
  for (const { inputs, forms } of screens) {
    for (const input of inputs.values()) {
      const value = input.properties["init-value"];
      if (value !== undefined) yield { input, value, path: [...input.path, "init-value"] };
    }
    for (const form of forms) {
      const values = form.properties["init-values"];
      if (!isJsonObject(values)) continue;
      for (const [name, value] of Object.entries(values)) {
        const input = inputs.get(name);
        if (input !== undefined) yield { input, value, path: [...form.path, "init-values", name] };
      }
    }
  }
}

type StaticList = {
  readonly component: Component;
  readonly list: string;
  readonly items: readonly JsonValue[];
};

function* staticLists({ screens }: FlowView): Generator<StaticList> {
  for (const component of screens.flatMap(({ flat }) => flat)) {
    const list = componentSpec(component.type)?.items ?? null;
    const items = list === null ? undefined : component.properties[list];
    if (list !== null && isJsonArray(items)) yield { component, list, items };
  }
}
