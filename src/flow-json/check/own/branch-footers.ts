// A Footer in one branch needs one in every other, else people are stuck in a branch without.
// Source: Meta, "Components", If and Switch; no upload has been observed to report it.

import type { JsonPath } from "../../json-value.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import type { Problem } from "../rules/rule.ts";

export function* branchFooters({ screens }: FlowView): Generator<Problem> {
  for (const screen of screens) {
    const withFooter = branchesWithFooter(screen);
    if (withFooter.size === 0) continue;
    for (const component of screen.flat) {
      const { kind, path } = component;
      const has = (name: string): boolean => withFooter.get(path)?.has(name) === true;
      if (kind === "if" && has("then") !== has("else")) {
        yield {
          code: "MISSING_FOOTER_IN_IF_ELSE_BRANCHES",
          at: path,
          message: "one branch of this If has a Footer and the other has none",
          hint: "put a Footer into both, or one outside the If",
        };
      }
      if (kind !== "switch") continue;
      const names = [...component.cases.keys()];
      if (!names.some(has) || names.every(has)) continue;
      yield {
        code: "MISSING_FOOTER_IN_SWITCH_BRANCHES",
        at: path,
        message: "some cases of this Switch have a Footer and some have none",
        hint: "put a Footer into every case, or one outside the Switch",
      };
    }
  }
}

/** By the path of the If or Switch, which its branches share with it. */
function branchesWithFooter({ flat }: ScreenView): ReadonlyMap<JsonPath, ReadonlySet<string>> {
  const found = new Map<JsonPath, Set<string>>();
  for (const { path, name } of flat.flatMap((each) =>
    each.type === "Footer" ? each.branches : [],
  )) {
    const names = found.get(path);
    if (names === undefined) found.set(path, new Set([name]));
    else names.add(name);
  }
  return found;
}
