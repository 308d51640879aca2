// Whether all screens hang together, whichever way the edges point.

import type { ScreenView } from "../flow-view.ts";

/** The screens that no chain of edges connects with the first one. */
export function unconnectedScreens(
  screens: readonly ScreenView[],
  edges: ReadonlyMap<string, readonly string[]>,
): readonly ScreenView[] {
  const [first] = screens;
  if (first === undefined) return [];
  const neighbours = new Map<string, string[]>();
  const connect = (from: string, to: string): void => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const [from, targets] of edges) {
    for (const to of targets) {
      connect(from, to);
      connect(to, from);
    }
  }
  const reached = new Set([first.id]);
  // A Set yields what is added while it is being iterated.
  for (const id of reached) {
    for (const next of neighbours.get(id) ?? []) reached.add(next);
  }
  return screens.filter(({ id }) => !reached.has(id));
}
