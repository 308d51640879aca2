// How many screens there are and what they are called.
// Source: Meta, "Flow JSON"; paths observed in Meta's web client, August 2026.

import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

export const MAX_SCREENS = 100;

export function* screenCount({ screens }: FlowView): Generator<Problem> {
  for (const { path } of screens.slice(MAX_SCREENS)) {
    yield {
      code: "MAX_SCREENS_NUMBER",
      at: path,
      message: `a flow has at most ${MAX_SCREENS} screens; this one has ${screens.length}`,
      hint: `remove ${screens.length - MAX_SCREENS}, or split the flow`,
    };
  }
}

export function* screenIds({ screens }: FlowView): Generator<Problem> {
  const counts = new Map<string, number>();
  for (const { id } of screens) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const { id, path } of screens) {
    if (id !== "" && (counts.get(id) ?? 0) > 1) {
      yield {
        code: "DUPLICATE_SCREEN_IDS",
        at: [...path, "id"],
        message: `${counts.get(id)} screens are called ${id}`,
        hint: "rename all but one, and whatever navigates to them",
      };
    }
  }
  for (const { id, path } of screens) {
    if (id !== "success") continue;
    yield {
      code: "SCREEN_ID_IS_RESERVED_KEYWORD",
      at: [...path, "id"],
      message: "no screen may be called success; the name ends a flow",
      hint: "call it DONE or CONFIRMATION, for example",
    };
  }
}
