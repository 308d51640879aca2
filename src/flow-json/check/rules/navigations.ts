// Every `navigate` of a flow, with the screens it leads from and to.

import type { Action } from "../../action.ts";
import type { Component } from "../../component-tree.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";

export type Navigation = {
  readonly screen: ScreenView;
  readonly component: Component;
  readonly action: Action;
  /** As it is written. */
  readonly next: string;
  readonly target: ScreenView | undefined;
};

export function* navigations(flow: FlowView): Generator<Navigation> {
  for (const screen of flow.screens) {
    for (const component of screen.flat) {
      for (const action of component.actions) {
        const { name, next, trigger } = action;
        // An empty name is one that could not be read; a selection cannot navigate.
        if (name !== "navigate" || next === null || next === "") continue;
        if (trigger !== "on-click-action") continue;
        yield { screen, component, action, next, target: flow.screen(next) };
      }
    }
  }
}
