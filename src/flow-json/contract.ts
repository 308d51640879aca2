// The contract that a flow.json makes with its endpoint: which screens there are, what each must be
// given, what each sends, what may follow what, and what the flow hands over when it is complete.
// Plain data, derived and never written by hand; texts and looks are no part of it.

import { type Component, walkComponents } from "./component-tree.ts";
import type { ActionProperty } from "./components.ts";
import type { ObjectSchema } from "./data-model.ts";
import type { FlowJsonDocument, Screen } from "./document.ts";
import { type InputShape, inputShape } from "./input-shape.ts";
import { itemActions } from "./item-actions.ts";
import type { JsonPath } from "./json-value.ts";
import { echoedPayload, payloadShape } from "./payload-shape.ts";
import type { PayloadShape } from "./value-shape.ts";
import { deriveRoutes, findEntryScreens, type Routes } from "./routes.ts";

export type Contract = {
  readonly version: string;
  /** `null` for a static flow, which never calls an endpoint. */
  readonly dataApiVersion: string | null;
  readonly hasEndpoint: boolean;
  /** Screens no route leads to. */
  readonly entryScreens: readonly string[];
  /** Forward routes; every screen is a key. */
  readonly routes: Routes;
  /** In the order of flow.json. */
  readonly screens: readonly ContractScreen[];
  /** What `complete` actions hand over; `null` where only the endpoint can end the flow. */
  readonly completion: InputShape | null;
};

export type ContractScreen = {
  readonly id: string;
  readonly model: ObjectSchema;
  /** Every data_exchange action, in the order of flow.json. */
  readonly exchanges: readonly Exchange[];
  /** All exchanges taken together; `null` where the screen has none. */
  readonly input: InputShape | null;
  readonly refreshOnBack: boolean;
  readonly terminal: boolean;
};

export type Exchange = {
  readonly component: string;
  /** The component's `name`, where it has one. */
  readonly name: string | null;
  readonly trigger: ActionProperty;
  readonly path: JsonPath;
  readonly payload: PayloadShape;
};

export function deriveContract(document: FlowJsonDocument): Contract {
  const routes = deriveRoutes(document);
  const completions = document.screens.flatMap((screen) =>
    sentBy(document, routes, screen, "complete"),
  );
  return {
    version: document.version,
    dataApiVersion: document.dataApiVersion,
    hasEndpoint: document.dataApiVersion !== null,
    entryScreens: findEntryScreens(routes),
    routes,
    screens: document.screens.map((screen) => {
      const exchanges = exchangesOf(document, routes, screen);
      return {
        id: screen.id,
        model: screen.model,
        exchanges,
        input: inputShape(exchanges.map(({ payload }) => payload)),
        refreshOnBack: screen.refreshOnBack,
        terminal: screen.terminal,
      };
    }),
    completion: inputShape(completions.map(({ payload }) => payload)),
  };
}

/** What one screen sends, without the rest of the contract. */
export function exchangesOf(
  document: FlowJsonDocument,
  routes: Routes,
  screen: Screen,
): readonly Exchange[] {
  return sentBy(document, routes, screen, "data_exchange");
}

function sentBy(
  document: FlowJsonDocument,
  routes: Routes,
  screen: Screen,
  action: "data_exchange" | "complete",
): readonly Exchange[] {
  const destination = action === "complete" ? "completion" : "endpoint";
  return [...walkComponents(screen.components)].flatMap((sender) => {
    const written = sender.actions
      .filter(({ name }) => name === action)
      .map(({ trigger, path, payload }) => ({
        ...senderOf(sender),
        trigger,
        path,
        payload: payloadShape(payload ?? {}, { document, routes, screen, sender, destination }),
      }));
    const broughtByItems = itemActions(sender, screen)
      .filter(({ name }) => name === action)
      .map(({ payload }) => ({
        ...senderOf(sender),
        trigger: "on-click-action" as const,
        path: [...sender.path, "list-items"],
        payload: echoedPayload(payload),
      }));
    return [...written, ...broughtByItems];
  });
}

function senderOf({ type, name }: Component): { component: string; name: string | null } {
  return { component: type, name };
}
