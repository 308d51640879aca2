// A screen as lines of text.

import { asText } from "../../flow-json/evaluate.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import type { OfferedOption } from "../../phone/offered-options.ts";
import type { View, ViewComponent } from "../../phone/view.ts";
import { pressables } from "../../phone/pressable.ts";

const WIDTH = 64;

export function drawScreen(view: View): string {
  const heading = `── ${view.title} (${view.screen}) `;
  const lines = [
    heading.padEnd(WIDTH, "─"),
    ...view.components.flatMap(drawComponent),
    ...pressables(view).map(({ label }) => `  → ${label}`),
    ...(view.footer === null ? [] : [drawFooter(view.footer.label, view.footer.enabled)]),
    ...(view.snackbar === null ? [] : [`  ! ${view.snackbar}`]),
    "─".repeat(WIDTH),
  ];
  return lines.join("\n");
}

function drawComponent(component: ViewComponent): readonly string[] {
  switch (component.role) {
    case "text":
      return textLines(component.properties["text"]);
    case "media":
      return [`  [${component.type}] ${asText(component.properties["alt-text"])}`.trimEnd()];
    case "input":
      return drawInput(component);
    case "action":
    case "logic":
      return [];
  }
}

function textLines(text: JsonValue | undefined): readonly string[] {
  const paragraphs = isJsonArray(text) ? text.map(asText) : [asText(text)];
  return paragraphs.flatMap((paragraph) => paragraph.split("\n")).map((line) => `  ${line}`);
}

function drawInput(component: ViewComponent): readonly string[] {
  const { properties, value, options, required, enabled, error } = component;
  const marks = [required ? "*" : "", enabled ? "" : " (disabled)"].join("");
  const shown = showValue(value, options);
  const choices = (options ?? []).map(({ id, title, enabled: isOpen }) => {
    const mark = isChosen(value, id) ? "●" : "○";
    return `      ${mark} ${title}${isOpen ? "" : " (disabled)"}`;
  });
  return [
    `  ${asText(properties["label"])}${marks}: ${shown}`.trimEnd(),
    ...(enabled ? choices : []),
    ...(error === null ? [] : [`    ! ${showError(error)}`]),
  ];
}

function drawFooter(label: string, enabled: boolean): string {
  return enabled ? `  [ ${label} ]` : `  [ ${label} ] (disabled)`;
}

function isChosen(value: JsonValue, id: string): boolean {
  return value === id || (isJsonArray(value) && value.includes(id));
}

/** What a person would see: titles rather than ids. */
export function showValue(value: JsonValue, options: readonly OfferedOption[] | null): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isJsonArray(value)) return value.map((item) => showValue(item, options)).join(", ");
  if (isJsonObject(value) && "file_name" in value) return asText(value["file_name"]);
  if (isJsonObject(value)) return Object.values(value).map(asText).join(" to ");
  return options?.find(({ id }) => id === value)?.title ?? asText(value);
}

function showError(error: JsonValue): string {
  return isJsonObject(error) ? Object.values(error).map(asText).join(", ") : asText(error);
}
