// Without a `routing_model` the routes are those that `navigate` makes. A NavigationList counts as a
// way to every screen, since its items may come from data.
// Source: observed in Meta's web client, August 2026.

import type { FlowView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { unconnectedScreens } from "./connectivity.ts";
import { navigations } from "./navigations.ts";
import { type Problem, replaceValue } from "./rule.ts";

export function* nextScreens(flow: FlowView): Generator<Problem> {
  const ids = flow.screens.map(({ id }) => id);
  for (const { screen, action, next, target } of navigations(flow)) {
    const at = [...action.path, "next", "name"];
    if (target === undefined) {
      const near = nearestName(next, ids);
      yield {
        code: "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
        at,
        message: `navigate leads to screen ${next}, which does not exist`,
        hint: near === null ? "name a screen of this flow" : `write \`${near}\``,
        fix: near === null ? null : replaceValue(at, near),
      };
    } else if (target.id === screen.id) {
      yield {
        code: "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
        at,
        message: `navigate leads from screen ${screen.id} to itself`,
        hint: "name another screen, or change this one with update_data",
      };
    }
  }
}

export function* derivedEntry(flow: FlowView): Generator<Problem> {
  if (!isDerived(flow)) return;
  const targets = new Set<string>();
  for (const { component, next } of navigations(flow)) {
    if (component.type !== "NavigationList") targets.add(next);
  }
  if (flow.screens.some(({ id }) => !targets.has(id))) return;
  yield {
    code: "INVALID_ROUTING_MODEL",
    at: ["screens"],
    message: "every screen is navigated to, so none can be the first",
    hint: "add a first screen that nothing navigates to",
  };
}

export function* derivedConnections(flow: FlowView): Generator<Problem> {
  if (!isDerived(flow)) return;
  // One list reaches all the others, so one is enough.
  if (flow.screens.some(({ flat }) => flat.some(({ type }) => type === "NavigationList"))) return;
  const edges = new Map<string, string[]>();
  for (const { screen, next } of navigations(flow)) {
    const known = edges.get(screen.id);
    if (known === undefined) edges.set(screen.id, [next]);
    else known.push(next);
  }
  for (const { id, path } of unconnectedScreens(flow.screens, edges)) {
    yield {
      code: "INVALID_ROUTING_MODEL",
      at: [...path, "id"],
      message: `no navigate connects screen ${id} with the first screen`,
      hint: `navigate to ${id} from another screen, or remove it`,
    };
  }
}

/** A flow with an endpoint must declare its routes; that it does not is a problem of its own. */
function isDerived({ document, hasEndpoint, screens }: FlowView): boolean {
  return document.routingModel === null && !hasEndpoint && screens.length > 0;
}
