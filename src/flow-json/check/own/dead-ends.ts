// Screens that lead nowhere, routes that never end and routes that turn in a circle.
// Source: Meta, "Flow JSON", routing model (rules that no upload has been observed to enforce).

import { deriveRoutes, type Routes } from "../../routes.ts";
import type { FlowView } from "../flow-view.ts";
import { navigations } from "../rules/navigations.ts";
import type { Problem } from "../rules/rule.ts";

const EXITS: ReadonlySet<string> = new Set(["navigate", "data_exchange", "complete"]);

export function* deadEnds(flow: FlowView): Generator<Problem> {
  const asides = asidesOf(flow);
  for (const { id, path, flat } of flow.screens) {
    if (asides.has(id)) continue;
    const hasExit = flat.some(
      // The items of a list may bring their actions with the data.
      ({ type, actions }) =>
        type === "NavigationList" || actions.some(({ name }) => EXITS.has(name)),
    );
    if (hasExit || flat.length === 0) continue;
    yield {
      code: "DEAD_END",
      at: path,
      message: `screen ${id} has nothing to press that leads on or ends the flow`,
      hint: "add a Footer",
    };
  }
}

/**
 * Screens that only an OptIn or a link opens, such as terms to be read: people go back from them, so
 * they need not lead on.
 */
function asidesOf(flow: FlowView): ReadonlySet<string> {
  const asides = new Set<string>();
  const steps = new Set<string>();
  for (const { component, next } of navigations(flow)) {
    const isAside = component.type === "OptIn" || component.type === "EmbeddedLink";
    (isAside ? asides : steps).add(next);
  }
  return new Set([...asides].filter((id) => !steps.has(id)));
}

export function* endlessRoutes(flow: FlowView): Generator<Problem> {
  const { screens, document } = flow;
  const asides = asidesOf(flow);
  const ends = screens.filter(({ terminal }) => terminal).map(({ id }) => id);
  // Without a terminal screen only the endpoint can end the flow.
  if (ends.length === 0 || document.routingModel === null) return;
  const sources = new Map<string, string[]>();
  for (const [from, targets] of deriveRoutes(document)) {
    for (const to of targets) {
      const known = sources.get(to);
      if (known === undefined) sources.set(to, [from]);
      else known.push(from);
    }
  }
  const ending = new Set(ends);
  // A Set yields what is added while it is being iterated.
  for (const id of ending) {
    for (const from of sources.get(id) ?? []) ending.add(from);
  }
  for (const { id, path } of screens) {
    if (ending.has(id) || asides.has(id)) continue;
    yield {
      code: "NO_WAY_TO_THE_END",
      at: [...path, "id"],
      message: `no route leads from screen ${id} to a terminal screen`,
      hint: `add a route from ${id}, or make it terminal`,
    };
  }
}

export function* circularRoutes({ document }: FlowView): Generator<Problem> {
  const routes = deriveRoutes(document);
  const circle = findCircle(routes);
  if (circle === null) return;
  const [first = ""] = circle;
  yield {
    code: "CIRCULAR_ROUTES",
    at: document.routingModel === null ? ["screens"] : ["routing_model", first],
    message: `the routes turn in a circle: ${[...circle, first].join(", ")}`,
    hint: "remove the route that leads back; going back needs none",
  };
}

/** Three screens or more, each leading to the next; shorter circles are Meta's to report. */
function findCircle(routes: Routes): readonly string[] | null {
  const done = new Set<string>();
  for (const start of routes.keys()) {
    const way: string[] = [];
    const onWay = new Set<string>();
    const open = [{ id: start, targets: (routes.get(start) ?? []).values() }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (way.length < open.length) {
        way.push(top.id);
        onWay.add(top.id);
      }
      const next = top.targets.next();
      if (next.done === true) {
        done.add(top.id);
        onWay.delete(top.id);
        way.pop();
        open.pop();
      } else if (onWay.has(next.value)) {
        const circle = way.slice(way.indexOf(next.value));
        if (circle.length > 2) return circle;
      } else if (!done.has(next.value)) {
        open.push({ id: next.value, targets: (routes.get(next.value) ?? []).values() });
      }
    }
  }
  return null;
}
