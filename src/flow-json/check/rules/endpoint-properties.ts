// What a flow must declare to call an endpoint, and what it may not ask for without one.
// Source: Meta, "Flow JSON"; paths observed in Meta's web client, August 2026.

import type { FlowView } from "../flow-view.ts";
import { type Problem, replaceValue } from "./rule.ts";

export function* endpointProperties({ root, screens, hasEndpoint }: FlowView): Generator<Problem> {
  if (hasEndpoint && root["routing_model"] === undefined) {
    yield {
      code: "MISSING_REQUIRED_PROPERTY",
      at: [],
      message: "a flow with data_api_version needs a routing_model",
      hint: 'add "routing_model" with every screen and the screens it leads to',
    };
  }
  if (hasEndpoint) return;
  for (const { name, path } of screens.flatMap(({ flat }) =>
    flat.flatMap((each) => each.actions),
  )) {
    if (name !== "data_exchange") continue;
    yield {
      code: "MISSING_REQUIRED_PROPERTY",
      at: [...path, "name"],
      message: "data_exchange calls an endpoint, but the flow declares none",
      hint: 'add "data_api_version": "3.0" and a routing_model beside "version"',
    };
  }
}

export function* refreshOnBack({ screens, hasEndpoint }: FlowView): Generator<Problem> {
  if (hasEndpoint) return;
  for (const { refreshOnBack: refreshes, path } of screens) {
    if (!refreshes) continue;
    const at = [...path, "refresh_on_back"];
    yield {
      code: "INVALID_PROPERTY_VALUE",
      at,
      message: "refresh_on_back asks an endpoint, but the flow declares none",
      hint: 'write false, or add "data_api_version" and a routing_model',
      fix: replaceValue(at, false),
    };
  }
}
