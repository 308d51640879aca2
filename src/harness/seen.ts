// What a test asks about the screen that a phone shows, and how a question about something that is not there is
// answered: with what is there.

import { walkComponents } from "../flow-json/component-tree.ts";
import { componentSpec } from "../flow-json/components.ts";
import { asText } from "../flow-json/evaluate.ts";
import { currentScreen, type PhoneState } from "../phone/phone-state.ts";
import { findPressable, pressables } from "../phone/pressable.ts";
import type { PressTarget } from "../phone/phone.ts";
import { type View, type ViewComponent, view } from "../phone/view.ts";
import { HarnessError } from "./harness-error.ts";

/** @throws HarnessError `NOT_SHOWING` where the user sees no screen */
export function seenOn(state: PhoneState): View {
  const seen = view(state);
  if (seen.phase.kind === "showing") return seen;
  const how = seen.phase.kind === "closed" ? "not open" : seen.phase.kind;
  throw new HarnessError("NOT_SHOWING", `the flow is ${how} on this phone; open it first`);
}

/** Everything there is to read, from the title down to the Footer. */
export function textsOf({ title, components, footer }: View): readonly string[] {
  const inOrder = components.flatMap(({ texts, options }) => [
    ...texts,
    ...(options ?? []).map((option) => option.title),
  ]);
  return [title, ...inOrder, ...(footer?.texts ?? [])].filter((text) => text !== "");
}

/** @throws HarnessError `NO_SUCH_COMPONENT` naming those that are shown */
export function findShown(state: PhoneState, name: string): ViewComponent {
  const { screen, components } = seenOn(state);
  const found = components.find((component) => component.name === name);
  if (found !== undefined) return found;
  const names = components.flatMap((component) => component.name ?? []);
  const isHidden = [...walkComponents(currentScreen(state).components)].some(
    (component) => component.name === name,
  );
  const what = isHidden
    ? `${name} is not shown on ${screen} now`
    : `no component called ${name} on ${screen}`;
  throw new HarnessError("NO_SUCH_COMPONENT", `${what}; it has: ${listed(names)}`);
}

/** By id, or else by title. @throws HarnessError `WRONG_VALUE` naming the options that are offered */
export function findOptionId({ name, options }: ViewComponent, wanted: string): string {
  const offered = options ?? [];
  const found =
    offered.find(({ id }) => id === wanted) ?? offered.find(({ title }) => title === wanted);
  if (found?.enabled === true) return found.id;
  const problem = found === undefined ? "offers no" : "has disabled";
  const others = offered
    .filter(({ enabled }) => enabled)
    .map(({ id, title }) => `${title} (${id})`);
  throw new HarnessError(
    "WRONG_VALUE",
    `${name} ${problem} "${wanted}"; it offers: ${listed(others)}`,
  );
}

/**
 * The Footer, or whatever else says `label`.
 *
 * @throws HarnessError `NO_SUCH_COMPONENT` naming what can be pressed, or `DISABLED` naming what the Footer waits for
 */
export function findTarget(state: PhoneState, label: string | undefined): PressTarget {
  const seen = seenOn(state);
  const { screen, footer } = seen;
  const isFooter = footer !== null && (label === undefined || footer.label === label);
  if (isFooter) {
    if (footer.enabled) return { kind: "footer" };
    const awaited = footer.blockedBy.map(({ name, problem }) => `${name} (${problem})`);
    const why = awaited.length === 0 ? "is disabled" : `waits for: ${awaited.join(", ")}`;
    throw new HarnessError("DISABLED", `"${footer.label}" on ${screen} ${why}`);
  }
  const found = label === undefined ? undefined : findPressable(seen, label);
  if (found !== undefined) return found.target;
  const labels = [...pressables(seen).map((each) => each.label), ...(footer ? [footer.label] : [])];
  const what =
    label === undefined ? `${screen} has no Footer` : `nothing on ${screen} says "${label}"`;
  throw new HarnessError("NO_SUCH_COMPONENT", `${what}; to be pressed: ${listed(labels)}`);
}

export function takesSeveral({ type }: ViewComponent): boolean {
  return componentSpec(type)?.value === "choices";
}

/** What an input would have taken. */
export function hintFor({ options, properties }: ViewComponent): string {
  if (options !== null) {
    return `; it offers: ${listed(options.filter(({ enabled }) => enabled).map(({ id }) => id))}`;
  }
  const bounds = ["min-date", "max-date"].filter((name) => typeof properties[name] === "string");
  const limits = bounds.map((name) => `${name} is ${asText(properties[name])}`);
  return limits.length === 0 ? "" : `; ${limits.join(", ")}`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}
