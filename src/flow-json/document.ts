// Flow JSON text as a tree the rest can walk: screens, their data models, their components.
// It checks only what a reader of the tree relies on; whether the flow obeys Meta's rules is the
// linter's question. Pure: text in, value out.

import { type Component, parseComponents } from "./component-tree.ts";
import { type ObjectSchema, parseDataModel } from "./data-model.ts";
import type { JsonRange, JsonSource } from "./json-source.ts";
import { isJsonObject, type JsonObject, type JsonPath, type JsonValue } from "./json-value.ts";
import { parseJsonSource } from "./parse-json-source.ts";
import { createShapeReader, type ShapeReader } from "./shape-reader.ts";
import { type FlowJsonVersion, isFlowJsonVersion } from "./versions.ts";

export type Screen = {
  readonly id: string;
  readonly path: JsonPath;
  readonly title: string;
  /** Ends the flow. */
  readonly terminal: boolean;
  /** Whether ending here counts as success; Meta's default is true. */
  readonly success: boolean;
  readonly refreshOnBack: boolean;
  /** `data` as it stands in the text; `null` when the screen declares none. */
  readonly data: JsonObject | null;
  readonly model: ObjectSchema;
  /** The layout's children. `walkComponents` flattens them. */
  readonly components: readonly Component[];
};

export interface FlowJsonDocument {
  readonly version: FlowJsonVersion;
  /** `null`: the flow has no endpoint. */
  readonly dataApiVersion: string | null;
  /** In the order of the text; `null` when there is none and routes follow from `navigate`. */
  readonly routingModel: ReadonlyMap<string, readonly string[]> | null;
  /** At least one, with unique ids. */
  readonly screens: readonly Screen[];
  screen(id: string): Screen | undefined;
  /** Where a value, or the key that names it, stands in the text. */
  locate(path: JsonPath, part?: "value" | "key"): JsonRange;
}

/**
 * Reads Flow JSON.
 *
 * @param text the file as Meta receives it
 * @throws FlowJsonError for broken JSON, a missing or unsupported version, and for shapes no reader
 *   could work with: no screens, a screen without id or layout, two screens of one id, a component
 *   that is no object with a `type`, a payload that is no object
 */
export function parseFlowJson(text: string): FlowJsonDocument {
  const source = parseJsonSource(text);
  const shape = createShapeReader(source);
  const root = source.value;
  if (!isJsonObject(root)) {
    throw shape.error("INVALID_FLOW_JSON", [], "flow.json must hold one JSON object");
  }
  const version = readVersion(root, shape);
  const document = readDocument(root, version, source, shape);
  if (document.screens.length === 0) {
    throw shape.error("MISSING_REQUIRED_PROPERTY", ["screens"], "screens is empty; add a screen");
  }
  assertUniqueIds(document.screens, shape);
  return document;
}

/** The tree of a document, as much of it as `shape` can read. Of two screens of one id, the first. */
export function readDocument(
  root: JsonObject,
  version: FlowJsonVersion,
  source: JsonSource,
  shape: ShapeReader,
): FlowJsonDocument {
  const dataApiVersion = shape.optional(root, [], "data_api_version", "string");
  const screens = shape
    .required(root, [], "screens", "array")
    .map((screen, index) => readScreen(screen, ["screens", index], shape));
  const byId = new Map(screens.toReversed().map((screen) => [screen.id, screen]));
  return {
    version,
    dataApiVersion: dataApiVersion ?? null,
    routingModel: readRoutingModel(root, shape),
    screens,
    screen: (id) => byId.get(id),
    locate: (path, part) => source.locate(path, part),
  };
}

function readVersion(root: JsonObject, shape: ShapeReader): FlowJsonVersion {
  const version = root["version"];
  if (version === undefined) {
    throw shape.error(
      "MISSING_FLOW_JSON_VERSION",
      [],
      'flow.json names no version; add "version": "7.3"',
    );
  }
  if (typeof version !== "string" || !isFlowJsonVersion(version)) {
    throw shape.error(
      "INVALID_FLOW_JSON_VERSION",
      ["version"],
      'version must be one Meta still publishes, as a string; use "7.3"',
    );
  }
  return version;
}

function readScreen(value: JsonValue, path: JsonPath, shape: ShapeReader): Screen {
  const screen = shape.element(value, path, "object");
  const id = shape.required(screen, path, "id", "string");
  const layout = shape.required(screen, path, "layout", "object");
  const layoutPath = [...path, "layout"];
  const children = shape.required(layout, layoutPath, "children", "array");
  const data = shape.optional(screen, path, "data", "object") ?? null;
  return {
    id,
    path,
    title: shape.optional(screen, path, "title", "string") ?? "",
    terminal: shape.optional(screen, path, "terminal", "boolean") ?? false,
    success: shape.optional(screen, path, "success", "boolean") ?? true,
    refreshOnBack: shape.optional(screen, path, "refresh_on_back", "boolean") ?? false,
    data,
    model: parseDataModel(data ?? {}),
    components: parseComponents(
      children,
      [...layoutPath, "children"],
      { screen: id, branches: [] },
      shape,
    ),
  };
}

function assertUniqueIds(screens: readonly Screen[], shape: ShapeReader): void {
  const seen = new Set<string>();
  for (const { id, path } of screens) {
    if (seen.has(id)) {
      throw shape.error(
        "DUPLICATE_SCREEN_IDS",
        [...path, "id"],
        `two screens are called ${id}; rename one`,
      );
    }
    seen.add(id);
  }
}

function readRoutingModel(
  root: JsonObject,
  shape: ShapeReader,
): ReadonlyMap<string, readonly string[]> | null {
  const model = shape.optional(root, [], "routing_model", "object");
  if (model === undefined) return null;
  const routes = new Map<string, readonly string[]>();
  for (const from of Object.keys(model)) {
    const targets = shape.required(model, ["routing_model"], from, "array");
    routes.set(
      from,
      targets.map((target, index) =>
        shape.element(target, ["routing_model", from, index], "string"),
      ),
    );
  }
  return routes;
}
