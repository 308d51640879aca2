// The flow as rules see it: every screen with all its components in a row, every name already looked
// up. It reads a flow of any shape; what it cannot read is left out, since the schema's findings have
// it already.

import { type Component, walkComponents } from "../component-tree.ts";
import { componentSpec } from "../components.ts";
import type { DataField, DataSchema } from "../data-model.ts";
import { type FlowJsonDocument, readDocument, type Screen } from "../document.ts";
import type { Reference } from "../binding.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json-value.ts";
import { createLenientReader } from "../shape-reader.ts";
import type { FlowJsonVersion } from "../versions.ts";
import { type BoundValue, boundValues } from "./bound-values.ts";
import { type ComponentText, componentTexts } from "./component-texts.ts";
import type { CheckedFlow } from "./finding.ts";
import { formSchema, UNKNOWN } from "./form-schema.ts";

export type ScreenView = Screen & {
  readonly properties: JsonObject;
  /** All components, nested ones included, in the order of the text. */
  readonly flat: readonly Component[];
  /** Components that hold a value, by name; the first of each name. */
  readonly inputs: ReadonlyMap<string, Component>;
  readonly forms: readonly Extract<Component, { kind: "form" }>[];
  /** The bindings and expressions among the components' properties. */
  readonly bound: readonly PlacedValue[];
  /** Every text that may refer to something, wherever it stands in a component. */
  readonly texts: readonly PlacedText[];
};

export type PlacedValue = BoundValue & { readonly component: Component };
export type PlacedText = ComponentText & { readonly component: Component };

export interface FlowView {
  readonly version: FlowJsonVersion;
  readonly root: JsonObject;
  readonly document: FlowJsonDocument;
  readonly screens: readonly ScreenView[];
  /** Whether the flow calls an endpoint. */
  readonly hasEndpoint: boolean;
  screen(id: string): ScreenView | undefined;
  /** What a reference that stands on `screen` refers to. */
  resolve(reference: Reference, screen: ScreenView): Resolution;
}

export type Resolution =
  | { readonly kind: "found"; readonly schema: DataSchema; readonly input: Component | null }
  | { readonly kind: "no-screen"; readonly id: string }
  /** `owner` has no such data entry or input. */
  | { readonly kind: "no-field"; readonly owner: ScreenView }
  /** The name is that of a Form, which has no value of its own. */
  | { readonly kind: "form-itself" };

const views = new WeakMap<CheckedFlow, FlowView>();

/** Meta's rules and ours look at one and the same view. */
export function viewFlow(flow: CheckedFlow): FlowView {
  const known = views.get(flow);
  if (known !== undefined) return known;
  const view = createFlowView(flow);
  views.set(flow, view);
  return view;
}

function createFlowView({ source, version }: CheckedFlow): FlowView {
  const root = isJsonObject(source.value) ? source.value : {};
  const document = readDocument(root, version, source, createLenientReader(source));
  const written = isJsonArray(root["screens"]) ? root["screens"] : [];
  const screens = document.screens.map((screen, index) => viewScreen(screen, written[index]));
  const byId = new Map(screens.toReversed().map((screen) => [screen.id, screen]));
  const fieldOf = createFieldIndex();

  const follow = (schema: DataSchema, path: readonly string[]): DataSchema | null => {
    let at = schema;
    for (const name of path) {
      if (at.kind === "unknown") return UNKNOWN;
      if (at.kind !== "object") return null;
      const field = fieldOf(at.fields, name);
      if (field === undefined) return null;
      at = field.schema;
    }
    return at;
  };

  const resolve: FlowView["resolve"] = (reference, screen) => {
    const owner = reference.screen === null ? screen : byId.get(reference.screen);
    if (owner === undefined) return { kind: "no-screen", id: reference.screen ?? "" };
    const found = (schema: DataSchema | null, input: Component | null): Resolution =>
      schema === null ? { kind: "no-field", owner } : { kind: "found", schema, input };
    if (reference.source === "data") return found(follow(owner.model, reference.path), null);

    const [name, ...rest] = reference.path;
    const input = owner.inputs.get(name);
    if (input !== undefined) {
      const schema = formSchema(input);
      return found(schema === null ? null : follow(schema, rest), input);
    }
    const isForm = owner.forms.some((form) => form.name === name);
    return isForm ? { kind: "form-itself" } : { kind: "no-field", owner };
  };

  return {
    version,
    root,
    document,
    screens,
    hasEndpoint: root["data_api_version"] !== undefined,
    screen: (id) => byId.get(id),
    resolve,
  };
}

function viewScreen(screen: Screen, written: JsonValue | undefined): ScreenView {
  const flat = [...walkComponents(screen.components)];
  const holders = flat.filter(({ type }) => (componentSpec(type)?.value ?? null) !== null);
  return {
    ...screen,
    properties: isJsonObject(written) ? written : {},
    flat,
    inputs: new Map(
      holders.toReversed().flatMap((each) => (each.name === null ? [] : [[each.name, each]])),
    ),
    forms: flat.filter((each) => each.kind === "form"),
    bound: flat.flatMap((component) =>
      Array.from(boundValues(component, mayRefer), (value) => ({ ...value, component })),
    ),
    texts: flat.flatMap((component) =>
      Array.from(componentTexts(component), (text) => ({ ...text, component })),
    ),
  };
}

function mayRefer(text: string): boolean {
  return text.startsWith("`") || text.includes("${");
}

/** Finds fields by name without walking the whole list for every reference. */
function createFieldIndex(): (fields: readonly DataField[], name: string) => DataField | undefined {
  const indexes = new Map<readonly DataField[], ReadonlyMap<string, DataField>>();
  return (fields, name) => {
    let index = indexes.get(fields);
    if (index === undefined) {
      index = new Map(fields.map((field) => [field.name, field]));
      indexes.set(fields, index);
    }
    return index.get(name);
  };
}
