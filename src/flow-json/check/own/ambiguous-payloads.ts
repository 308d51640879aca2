// Payloads of one screen that an endpoint cannot tell apart: the same keys, but other values, and no
// literal to go by.

import { type Exchange, exchangesOf } from "../../contract.ts";
import { inputShape } from "../../input-shape.ts";
import type { JsonValue } from "../../json-value.ts";
import { deriveRoutes } from "../../routes.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import type { Problem } from "../rules/rule.ts";
import { MAX_SCREENS } from "../rules/screen-ids.ts";

/** Beyond these no flow goes, and comparing everything with everything would take long. */
const MAX_COMPONENTS = 200;
const MAX_VALUES = 500;
const MAX_VALUES_OF_FLOW = 5000;

export function* ambiguousPayloads({ document, screens }: FlowView): Generator<Problem> {
  if (isBeyondLimits(screens)) return;
  const routes = deriveRoutes(document);
  for (const screen of screens.filter(mayDiffer)) {
    const byKeys = Map.groupBy(exchangesOf(document, routes, screen), keysOf);
    for (const [first, ...others] of byKeys.values()) {
      const other = others.find(
        ({ payload }) =>
          first !== undefined && inputShape([first.payload, payload])?.kind === "union",
      );
      if (first === undefined || other === undefined) continue;
      yield {
        code: "AMBIGUOUS_PAYLOADS",
        at: [...other.path, "payload"],
        message:
          "another action of this screen sends the same keys with other values, so an endpoint cannot tell the two apart",
        hint: 'add a key with a fixed text to each, such as "action": "search"',
      };
    }
  }
}

/** One action alone is like nothing else; the items of a list may bring several. */
function mayDiffer({ flat }: ScreenView): boolean {
  const sent = flat
    .flatMap(({ actions }) => actions)
    .filter(({ name }) => name === "data_exchange");
  return sent.length > 1 || flat.some(({ type }) => type === "NavigationList");
}

function isBeyondLimits(screens: readonly ScreenView[]): boolean {
  if (screens.length > MAX_SCREENS) return true;
  if (screens.some(({ flat }) => flat.length > MAX_COMPONENTS)) return true;
  const counts = screens.map(({ flat }) =>
    flat
      .flatMap(({ actions }) => actions)
      .reduce((sum, { payload }) => sum + countValues(payload ?? {}), 0),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > MAX_VALUES_OF_FLOW || counts.some((count) => count > MAX_VALUES);
}

function countValues(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 0);
}

function keysOf({ payload }: Exchange): string {
  return JSON.stringify(payload.fields.map(({ name }) => name).toSorted());
}
