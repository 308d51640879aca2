// How long texts may be before a client cuts them off or shows a banner over a draft. An upload does
// not count.
// Source: Meta, "Components", limits of each component; where the web client of August 2026 allows
// more, its number.

import type { Component } from "../../component-tree.ts";
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from "../../json-value.ts";
import { componentSpec } from "../../components.ts";
import type { FlowView } from "../flow-view.ts";
import { isStaticText } from "../rules/date-text.ts";
import type { Problem } from "../rules/rule.ts";

type Limits = Readonly<Record<string, number>>;

const LIMITS: Readonly<Record<string, Limits>> = {
  TextHeading: { text: 80 },
  TextSubheading: { text: 80 },
  TextBody: { text: 4096 },
  TextCaption: { text: 4096 },
  TextInput: { label: 20, "helper-text": 80, "error-message": 30 },
  TextArea: { label: 20, "helper-text": 80 },
  CheckboxGroup: { label: 80, description: 300 },
  RadioButtonsGroup: { label: 80, description: 300 },
  ChipsSelector: { label: 80, description: 300 },
  Dropdown: { label: 20 },
  OptIn: { label: 300 },
  DatePicker: { label: 40, "helper-text": 80, "error-message": 80 },
  CalendarPicker: { title: 80, description: 300, label: 40, "helper-text": 80 },
  Footer: { label: 35, "left-caption": 15, "center-caption": 15, "right-caption": 15 },
  EmbeddedLink: { text: 30 },
  PhotoPicker: { label: 80, description: 300 },
  DocumentPicker: { label: 80, description: 300 },
  NavigationList: { label: 80, description: 300 },
};

/** Labels have more room beside `"label-variant": "large"`. */
const LARGE_LABEL = 150;

const OPTION: Limits = { title: 30, description: 300, metadata: 20 };
const ITEM_LIMITS: Readonly<Record<string, Limits>> = {
  CheckboxGroup: OPTION,
  RadioButtonsGroup: OPTION,
  Dropdown: { ...OPTION, title: 80 },
  ChipsSelector: { title: 20 },
  NavigationList: { badge: 15 },
};
const MAIN_CONTENT: Limits = { title: 30, description: 20, metadata: 80 };
const END: Limits = { title: 10, description: 10, metadata: 10 };

export function* textLengths({ screens }: FlowView): Generator<Problem> {
  for (const component of screens.flatMap(({ flat }) => flat)) {
    const { type, properties, path } = component;
    yield* tooLong(properties, limitsOf(component), path);
    const list = componentSpec(type)?.items ?? null;
    const items = list === null ? undefined : properties[list];
    if (list === null || !isJsonArray(items)) continue;
    for (const [index, item] of items.entries()) {
      const at = [...path, list, index];
      yield* tooLong(item, limitsAt(ITEM_LIMITS, type), at);
      if (type !== "NavigationList" || !isJsonObject(item)) continue;
      yield* tooLong(item["main-content"], MAIN_CONTENT, [...at, "main-content"]);
      yield* tooLong(item["end"], END, [...at, "end"]);
    }
  }
}

function limitsOf({ type, properties }: Component): Limits {
  const limits = limitsAt(LIMITS, type);
  return properties["label-variant"] === "large" ? { ...limits, label: LARGE_LABEL } : limits;
}

function limitsAt(table: Readonly<Record<string, Limits>>, type: string): Limits {
  return (Object.hasOwn(table, type) ? table[type] : undefined) ?? {};
}

function* tooLong(
  owner: JsonValue | undefined,
  limits: Limits,
  path: JsonPath,
): Generator<Problem> {
  if (!isJsonObject(owner)) return;
  for (const [property, limit] of Object.entries(limits)) {
    const written = owner[property];
    const parts = isJsonObject(written) ? Object.entries(written) : [[null, written] as const];
    for (const [part, text] of parts) {
      if (!isStaticText(text) || text.length <= limit) continue;
      yield {
        code: "TEXT_TOO_LONG",
        at: [...path, property, ...(part === null ? [] : [part])],
        message: `${property} has ${text.length} characters; clients show ${limit}`,
        hint: `shorten it to ${limit} characters`,
      };
    }
  }
}
