// What a flow puts into a screen's data by itself, without its endpoint: the payloads of `navigate` actions that lead to
// the screen and of `update_data` actions on it. Whatever else is there came from the endpoint.

import { type Component, walkComponents } from "./component-tree.ts";
import type { FlowJsonDocument, Screen } from "./document.ts";
import type { JsonValue } from "./json-value.ts";

export type DataSource = {
  /** As it stands in the payload: a literal, a binding or an expression. */
  readonly value: JsonValue;
  /** Where the action stands. */
  readonly screen: Screen;
  readonly sender: Component;
};

/** Every value that an action gives to `entry` of the target's data, in the order of flow.json. */
export function dataSources(
  document: FlowJsonDocument,
  target: Screen,
  entry: string,
): readonly DataSource[] {
  return document.screens.flatMap((screen) =>
    [...walkComponents(screen.components)].flatMap((sender) =>
      sender.actions.flatMap(({ name, next, payload }) => {
        const reached = name === "navigate" ? next : name === "update_data" ? screen.id : null;
        const values = reached === target.id ? Object.entries(payload ?? {}) : [];
        return values.flatMap(([key, value]) => (key === entry ? [{ value, screen, sender }] : []));
      }),
    ),
  );
}
