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
  const entries = findEntryScreens(routes).filter((screen) => screen !== via);
  return !reachable(routes, entries, via).has(target);
}

/** Whether `target` is `from`, or comes after it. */
export function leadsTo(routes: Routes, from: string, target: string): boolean {
  return reachable(routes, [from], null).has(target);
}

function reachable(
  routes: Routes,
  from: readonly string[],
  avoiding: string | null,
): ReadonlySet<string> {
  const reached = new Set(from);
  // A Set yields what is added while it is being iterated.
  for (const screen of reached) {
    for (const next of routes.get(screen) ?? []) {
      if (next !== avoiding) reached.add(next);
    }
  }
  return reached;
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
