// What somebody might answer to an input, for the first walk through a flow: several guesses each, since only the phone
// can say which of them an input takes.

import { componentSpec } from "../../flow-json/components.ts";
import { asText } from "../../flow-json/evaluate.ts";
import type { JsonValue } from "../../flow-json/json-value.ts";
import type { ViewComponent } from "../../phone/view.ts";

/** The day on which a test begins unless it says otherwise. */
const TODAY = "2026-05-04";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How far around a bound a day is looked for that can be picked. */
const DAYS_AROUND = 31;

/** Values to try, the most natural one first. */
export function exampleAnswers(component: ViewComponent): readonly JsonValue[] {
  const { properties } = component;
  switch (componentSpec(component.type)?.value ?? null) {
    case null:
      return [];
    case "typed":
    case "text":
      return texts(component);
    case "choice":
      return enabledIds(component);
    case "choices":
      return [
        enabledIds(component).slice(0, Math.max(1, numberOf(component, "min-selected-items"))),
      ];
    case "consent":
      return [true];
    case "date":
      return days(component);
    case "calendar":
      return properties["mode"] === "range" ? ranges(component) : days(component);
    case "photos":
      return [files(numberOf(component, "min-uploaded-photos"))];
    case "documents":
      return [files(numberOf(component, "min-uploaded-documents"))];
  }
}

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  email: ["ada@example.com"],
  phone: ["+44 20 7946 0000", "442079460000"],
  number: ["1", "10", "100", "1815"],
  passcode: ["1815", "181512"],
  password: ["Passw0rd!"],
};

const TEXT_SAMPLES = [
  "Ada Lovelace",
  "Example",
  "AB12 3CD",
  "AB123456",
  "123456",
  "Ada",
  "A1",
  "1",
];

function texts(component: ViewComponent): readonly string[] {
  const { "input-type": type } = component.properties;
  const known = typeof type === "string" ? SAMPLES[type] : undefined;
  // Where a pattern is asked for, the helper text often shows what fits.
  const hint = asText(component.properties["helper-text"]);
  const samples = [...(known ?? TEXT_SAMPLES), ...hint.split(" ")].filter((text) => text !== "");
  const min = numberOf(component, "min-chars");
  const max = numberOf(component, "max-chars", 80);
  const lengthened = samples.map((sample) => sample.repeat(Math.ceil(min / sample.length)));
  return [...samples, ...lengthened.flatMap((text) => [text.slice(0, min), text.slice(0, max)])];
}

function enabledIds({ options }: ViewComponent): readonly string[] {
  return (options ?? []).flatMap(({ id, enabled }) => (enabled ? [id] : []));
}

function days({ properties }: ViewComponent): readonly string[] {
  const { "min-date": min, "max-date": max } = properties;
  const starts = [TODAY, min, max].filter((date) => typeof date === "string");
  return starts.flatMap((start) =>
    Array.from({ length: DAYS_AROUND }, (_, index) => index).flatMap((index) => [
      addDays(start, index),
      addDays(start, -index),
    ]),
  );
}

function ranges(component: ViewComponent): readonly JsonValue[] {
  const lengths = [
    Math.max(1, numberOf(component, "min-days")),
    numberOf(component, "max-days", 1),
  ];
  return lengths.flatMap((length) =>
    days(component).map((start) => ({ "start-date": start, "end-date": addDays(start, length) })),
  );
}

function addDays(date: string, count: number): string {
  const time = Date.parse(date) + count * DAY_MS;
  return Number.isNaN(time) ? date : new Date(time).toISOString().slice(0, 10);
}

/** Stand for uploads, which no phone has while a test is being written. */
function files(minimum: number): JsonValue {
  return Array.from({ length: Math.max(1, minimum) }, () => ({}));
}

function numberOf({ properties }: ViewComponent, name: string, fallback = 0): number {
  const value = properties[name];
  return typeof value === "number" ? value : fallback;
}
