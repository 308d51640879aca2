// Components that want a screen to themselves.
// Source: Meta, "Components", RichText and NavigationList; paths observed in Meta's web client,
// August 2026.

import { isAtLeast } from "../../versions.ts";
import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

const MAX_LISTS = 2;

export function* richTextPlacement({ version, screens }: FlowView): Generator<Problem> {
  const takesFooter = isAtLeast(version, "6.3");
  const code = isAtLeast(version, "6.0")
    ? "INVALID_COMPONENT_PLACEMENT"
    : "INVALID_RICHTEXT_PLACEMENT";
  for (const { flat } of screens) {
    const texts = flat.filter(({ type }) => type === "RichText");
    const others = flat.filter(
      ({ type }) => type !== "RichText" && type !== "Form" && !(takesFooter && type === "Footer"),
    );
    if (texts.length === 0 || (texts.length === 1 && others.length === 0)) continue;
    for (const { path } of texts) {
      yield {
        code,
        at: [...path, "type"],
        message: takesFooter
          ? "a RichText stands alone on its screen, but for a Footer"
          : "a RichText stands alone on its screen",
        hint:
          others.length === 0
            ? "join the texts into one RichText"
            : "use TextBody with markdown instead, or move the other components to another screen",
      };
    }
  }
}

export function* navigationListPlacement({ screens }: FlowView): Generator<Problem> {
  for (const { flat } of screens) {
    const lists = flat.filter(({ type }) => type === "NavigationList");
    const others = flat.filter(({ type }) => type !== "NavigationList" && type !== "Form");
    if (lists.length === 0 || (lists.length <= MAX_LISTS && others.length === 0)) continue;
    for (const { path } of lists) {
      yield {
        code: "INVALID_COMPONENT_PLACEMENT",
        at: [...path, "type"],
        message: `a screen with a NavigationList holds nothing else, and at most ${MAX_LISTS} of them`,
        hint: "move the other components to another screen; the list has a label and a description",
      };
    }
  }
}
