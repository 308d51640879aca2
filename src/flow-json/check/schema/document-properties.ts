// The properties around the components: the flow itself, its screens and their layouts.
// Source: Meta, "Flow JSON", and observed in Meta's web client, August 2026.

import { type FlowJsonVersion, isAtLeast } from "../../versions.ts";
import { objectOf, type PropertyTable, STATIC_BOOLEAN } from "./value-spec.ts";

const LAYOUT = objectOf({
  type: { value: { kind: "const", values: () => ["SingleColumnLayout"] }, required: true },
  children: { value: { kind: "components", place: "screen" }, required: true },
});

export const SCREEN_PROPERTIES: PropertyTable = {
  id: { value: { kind: "plain", pattern: "screen-id" }, required: true },
  title: { value: { kind: "plain" }, required: true },
  layout: { value: LAYOUT, required: true },
  data: { value: { kind: "map", keys: null, values: { kind: "data-entry" }, dynamic: false } },
  terminal: { value: STATIC_BOOLEAN },
  success: { value: STATIC_BOOLEAN },
  refresh_on_back: { value: STATIC_BOOLEAN },
  sensitive: {
    value: { kind: "list", items: { kind: "plain" }, dynamic: "no", minItems: 1 },
    since: "5.1",
  },
};

export const FLOW_PROPERTIES: PropertyTable = {
  // Read before anything else, so there is nothing left to say of it here.
  version: { value: { kind: "anything" } },
  data_api_version: { value: { kind: "const", values: dataApiVersions } },
  routing_model: {
    value: {
      kind: "map",
      keys: "screen-id",
      values: { kind: "list", items: { kind: "plain" }, dynamic: "no" },
      dynamic: false,
    },
  },
  screens: {
    value: { kind: "list", items: objectOf(SCREEN_PROPERTIES), dynamic: "no", minItems: 1 },
    required: true,
  },
};

function dataApiVersions(version: FlowJsonVersion): readonly string[] {
  return isAtLeast(version, "7.3") ? ["3.0", "4.0"] : ["3.0"];
}
