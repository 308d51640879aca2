// Which screen can follow which. Declared by `routing_model`; where there is none, Meta derives the
// edges from the `navigate` actions, and so does this.

import { walkComponents } from "./component-tree.ts";
import type { FlowJsonDocument, Screen } from "./document.ts";
import { itemActions } from "./item-actions.ts";

/** Forward edges. Every screen is a key, in the order of the text; a terminal one has no edges. */
export type Routes = ReadonlyMap<string, readonly string[]>;

export function deriveRoutes(document: FlowJsonDocument): Routes {
  return new Map(
    document.screens.map((screen) => [
      screen.id,
      (document.routingModel === null
        ? navigateTargets(screen)
        : (document.routingModel.get(screen.id) ?? [])
      ).filter((target) => document.screen(target) !== undefined),
    ]),
  );
}

/** Screens no edge leads to; the first screen where a cycle leaves none. */
export function findEntryScreens(routes: Routes): readonly string[] {
  const targets = new Set([...routes.values()].flat());
  const screens = [...routes.keys()];
  const entries = screens.filter((screen) => !targets.has(screen));
  return entries.length > 0 ? entries : screens.slice(0, 1);
}

/** Whether every way from an entry screen to `target` leads through `via`. */
export function leadsThrough(routes: Routes, via: string, target: string): boolean {
  const reached = new Set<string>();
  const next = findEntryScreens(routes).filter((screen) => screen !== via);
  for (let screen = next.pop(); screen !== undefined; screen = next.pop()) {
    if (screen === target) return false;
    reached.add(screen);
    for (const edge of routes.get(screen) ?? []) {
      if (edge !== via && !reached.has(edge)) next.push(edge);
    }
  }
  return true;
}

function navigateTargets(screen: Screen): readonly string[] {
  const actions = [...walkComponents(screen.components)].flatMap((component) => [
    ...component.actions,
    ...itemActions(component, screen),
  ]);
  const targets = actions.flatMap(({ name, next }) =>
    name === "navigate" && next !== null && next !== screen.id ? [next] : [],
  );
  return [...new Set(targets)];
}
