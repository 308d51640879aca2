// What a NavigationList and its items may hold together.
// Source: Meta, "Components", NavigationList; paths observed in Meta's web client, August 2026.

import type { Component } from "../../component-tree.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { type Problem, replaceValue } from "./rule.ts";

export function* navigationLists({ screens }: FlowView): Generator<Problem> {
  for (const component of screens.flatMap(({ flat }) => flat)) {
    const items = component.properties["list-items"];
    if (component.type !== "NavigationList" || !isJsonArray(items)) continue;
    yield* actionsTwice(component, items);
    yield* ends(component, items);
    yield* badges(component, items);
  }
}

function* actionsTwice(
  { properties, path }: Component,
  items: readonly JsonValue[],
): Generator<Problem> {
  if (properties["on-click-action"] === undefined) return;
  const own = items.flatMap((item, index) =>
    isJsonObject(item) && item["on-click-action"] !== undefined
      ? [[...path, "list-items", index, "on-click-action"]]
      : [],
  );
  if (own.length === 0) return;
  for (const at of [[...path, "on-click-action"], ...own]) {
    yield {
      code: "DUPLICATE_PROPETY_FOR_CONDITION",
      at,
      message: "on-click-action stands both on the list and on an item of it",
      hint: "keep it on the list, or on every item, but not on both",
    };
  }
}

function* ends({ properties, path }: Component, items: readonly JsonValue[]): Generator<Problem> {
  let hasEnd = false;
  for (const [index, item] of items.entries()) {
    const end = isJsonObject(item) ? item["end"] : undefined;
    if (!isJsonObject(end)) continue;
    hasEnd = true;
    const parts = Object.keys(end).length;
    if (parts === 1 || parts === 2) continue;
    yield {
      code: "DUPLICATE_PROPETY_FOR_CONDITION",
      at: [...path, "list-items", index, "end"],
      message: `the end of an item holds one or two texts; this one holds ${parts}`,
      hint: "keep one or two of title, description and metadata",
    };
  }
  if (!hasEnd || properties["media-size"] !== "large") return;
  yield {
    code: "INVALID_PROPERTY_VALUE_FOR_CONDITION",
    at: path,
    message: "items with an end leave no room for large media",
    hint: 'write "media-size": "regular", or remove the ends',
    fix: replaceValue([...path, "media-size"], "regular"),
  };
}

function* badges({ path }: Component, items: readonly JsonValue[]): Generator<Problem> {
  const count = items.filter((item) => isJsonObject(item) && item["badge"] !== undefined).length;
  if (count <= 1) return;
  yield {
    code: "MAX_ITEMS_REQUIRED",
    at: path,
    message: `${count} items have a badge; one is the limit`,
    hint: "keep the badge of the most important item",
  };
}
