// What the chat shows of a finished flow: every answer by its label, with what the flow calls sensitive
// masked.
// Source: Meta, "Flow JSON" (sensitive); which inputs are never shown, observed in Meta's web client,
// August 2026.

import { asText } from "../../flow-json/evaluate.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import type { PhoneState } from "../../phone/phone-state.ts";
import { view, type ViewComponent } from "../../phone/view.ts";

export type SummaryLine = { readonly label: string; readonly text: string };

const MASK = "•".repeat(12);
const HIDDEN_TYPES = new Set(["PhotoPicker", "DocumentPicker", "NavigationList"]);
const HIDDEN_INPUTS = new Set(["password", "passcode"]);

/** In the order of the screens; what was left empty is left out. */
export function summarizeResponse(phone: PhoneState, flowJson: string): readonly SummaryLine[] {
  const sensitive = sensitiveNames(flowJson);
  return [...phone.screens.keys()].flatMap((screen) =>
    view({ ...phone, history: [screen] }).components.flatMap((component) => {
      const { name, type, properties } = component;
      if (name === null || HIDDEN_TYPES.has(type)) return [];
      if (HIDDEN_INPUTS.has(asText(properties["input-type"]))) return [];
      const text = valueText(component);
      if (text === "") return [];
      const isMasked = type !== "OptIn" && sensitive.get(screen)?.has(name) === true;
      return [{ label: labelOf(component), text: isMasked ? MASK : text }];
    }),
  );
}

function labelOf({ properties, name }: ViewComponent): string {
  const { label, title } = properties;
  if (isJsonObject(label)) return asText(title) || Object.values(label).map(asText).join(" – ");
  return asText(label) || (name ?? "");
}

function valueText({ value, options }: ViewComponent): string {
  const titleOf = (id: JsonValue): string =>
    options?.find((option) => option.id === id)?.title ?? asText(id);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (isJsonArray(value)) return value.map(titleOf).join(", ");
  if (isJsonObject(value)) return Object.values(value).map(asText).join(" – ");
  return value === null ? "" : titleOf(value);
}

function sensitiveNames(flowJson: string): ReadonlyMap<string, ReadonlySet<string>> {
  // It has been parsed as Flow JSON before: that is why there is a phone.
  const flow = JSON.parse(flowJson) as JsonValue;
  const screens = isJsonObject(flow) ? flow["screens"] : undefined;
  return new Map(
    (isJsonArray(screens) ? screens : []).filter(isJsonObject).map((screen) => {
      const names = screen["sensitive"];
      return [asText(screen["id"]), new Set(isJsonArray(names) ? names.map(asText) : [])];
    }),
  );
}
