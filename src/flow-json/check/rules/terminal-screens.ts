// Screens that end the flow: that there is one, that one of them means success, that people can press
// something on it, and that only there the flow is completed.
// Source: Meta, "Flow JSON", terminal screens; paths observed in Meta's web client, August 2026.

import { isJsonArray, isJsonObject } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { type Problem, replaceValue } from "./rule.ts";

/** A flow with an endpoint may also end by what the endpoint answers. */
export function* terminalScreen({ screens, hasEndpoint }: FlowView): Generator<Problem> {
  if (hasEndpoint || screens.length === 0 || screens.some(({ terminal }) => terminal)) return;
  yield {
    code: "MISSING_TERMINAL_SCREEN",
    at: ["screens"],
    message: "no screen ends the flow",
    hint: 'add "terminal": true to the last screen',
  };
}

export function* terminalSuccess({ screens }: FlowView): Generator<Problem> {
  const terminals = screens.filter(({ terminal }) => terminal);
  if (terminals.length === 0 || terminals.some(({ success }) => success)) return;
  for (const { path } of terminals) {
    const at = [...path, "success"];
    yield {
      code: "INVALID_PROPERTY_VALUE",
      at,
      message: "no terminal screen means success",
      hint: 'remove "success": false from one of them',
      fix: terminals.length === 1 ? replaceValue(at, true) : null,
    };
  }
}

export function* terminalFooter({ screens }: FlowView): Generator<Problem> {
  for (const { id, path, terminal, flat, properties } of screens) {
    const { layout } = properties;
    const isLaidOut = isJsonObject(layout) && isJsonArray(layout["children"]);
    if (!terminal || !isLaidOut) continue;
    const footers = flat.filter(({ type }) => type === "Footer");
    if (footers.length === 0) {
      yield {
        code: "MISSING_FOOTER_ON_TERMINAL_SCREEN",
        at: path,
        message: `terminal screen ${id} has no Footer`,
        hint: "add a Footer whose on-click-action is complete",
      };
    }
    for (const action of footers.flatMap(({ actions }) => actions)) {
      // The only other action that a Footer takes.
      if (action.name !== "navigate") continue;
      yield {
        code: "INVALID_PROPERTY_VALUE",
        at: [...action.path, "name"],
        message: `the Footer of terminal screen ${id} does not end the flow`,
        hint: `write "complete", or remove "terminal": true from screen ${id}`,
      };
    }
  }
}

export function* terminalNavigationList({ screens }: FlowView): Generator<Problem> {
  for (const { id, path, terminal, flat } of screens) {
    if (!terminal || !flat.some(({ type }) => type === "NavigationList")) continue;
    yield {
      code: "INVALID_PROPERTY_KEY",
      at: path,
      message: `terminal screen ${id} has a NavigationList, which leads on`,
      hint: `remove "terminal": true from screen ${id}, or the NavigationList`,
    };
  }
}

export function* completeActions({ screens }: FlowView): Generator<Problem> {
  for (const { id, terminal, flat } of screens) {
    if (terminal) continue;
    for (const { name, path } of flat.flatMap(({ actions }) => actions)) {
      if (name !== "complete") continue;
      yield {
        code: "INVALID_COMPLETE_ACTION",
        at: [...path, "name"],
        message: `screen ${id} completes the flow but is not terminal`,
        hint: `add "terminal": true to screen ${id}`,
      };
    }
  }
}
