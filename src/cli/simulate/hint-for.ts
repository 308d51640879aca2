// What a person could have done instead of what the phone refused: which options there are, which dates, and where files
// are picked, which no terminal can.

import { componentSpec } from "../../flow-json/components.ts";
import { asText } from "../../flow-json/evaluate.ts";
import { isJsonArray } from "../../flow-json/json-value.ts";
import type { View, ViewComponent } from "../../phone/view.ts";
import type { Act } from "./act.ts";

/** For a screen that asks for photos or documents. */
export const FILES_ELSEWHERE =
  'files are picked in the player (/player/ of the development server), whose "Copy as simulate answers file" makes an answers file that works while that server runs, or in a harness test';

/** Beyond that a list is no help. */
const MOST_LISTED = 10;

export function takesFiles({ type }: Pick<ViewComponent, "type">): boolean {
  const value = componentSpec(type)?.value;
  return value === "photos" || value === "documents";
}

/** To be put after the phone's reason; empty where there is nothing to add. */
export function hintFor({ components, footer }: View, act: Act): string {
  if (act.kind === "press" && act.target.kind === "footer") {
    const awaited = new Set(footer?.blockedBy.map(({ name }) => name));
    const waitsForFiles = components.some(
      (each) => each.name !== null && awaited.has(each.name) && takesFiles(each),
    );
    return waitsForFiles ? `; ${FILES_ELSEWHERE}` : "";
  }
  if (act.kind !== "fill") return "";
  const component = components.find(({ name }) => name === act.name);
  if (component !== undefined) return hintForInput(component);
  const inputs = components.flatMap(({ role, name }) => (role === "input" ? (name ?? []) : []));
  return `; it shows: ${listed(inputs)}`;
}

function hintForInput(component: ViewComponent): string {
  const { type, options, enabled, properties } = component;
  if (!enabled) return "";
  if (takesFiles(component)) return `; ${FILES_ELSEWHERE}`;
  if (options !== null && type !== "NavigationList") {
    return `; it offers: ${listed(options.filter((each) => each.enabled).map(({ id }) => id))}`;
  }
  const value = componentSpec(type)?.value;
  if (value !== "date" && value !== "calendar") return "";
  const isRange = properties["mode"] === "range";
  const form = isRange ? '{ "start-date": "YYYY-MM-DD", "end-date": … }' : "YYYY-MM-DD";
  return `; ${[`write ${form}`, ...limitsOf(component)].join(", ")}`;
}

const LIMITS = ["min-date", "max-date", "min-days", "max-days"];
const LISTS = ["include-days", "unavailable-dates"];

/** As flow.json names them. */
function limitsOf({ properties }: ViewComponent): readonly string[] {
  const limits = LIMITS.map((name) => [name, asText(properties[name])] as const);
  const lists = LISTS.map((name) => {
    const items = properties[name];
    return [name, isJsonArray(items) && items.length > 0 ? listed(items.map(asText)) : ""] as const;
  });
  return [...limits, ...lists]
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `${name} is ${text}`);
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const more = names.length - MOST_LISTED;
  return [...names.slice(0, MOST_LISTED), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
