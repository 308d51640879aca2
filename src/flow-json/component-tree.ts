// A screen's components as a tree. Form, If and Switch keep their children; everything else is a
// leaf, an unknown type included. Each component knows its screen, its path and the branches it
// stands in, so that nobody has to walk down to it again.

import { type Action, parseActions } from "./action.ts";
import type { JsonObject, JsonPath, JsonValue } from "./json-value.ts";
import type { ShapeReader } from "./shape-reader.ts";

export type Branch = {
  readonly type: "If" | "Switch";
  /** The path of the If or Switch. */
  readonly path: JsonPath;
  /** `then`, `else`, or the Switch's case. */
  readonly name: string;
};

type ComponentContext = {
  readonly screen: string;
  /** Outermost first. Not empty: the component is shown conditionally. */
  readonly branches: readonly Branch[];
};

type ComponentBase = ComponentContext & {
  readonly type: string;
  /** Inputs, NavigationList and Form have one. */
  readonly name: string | null;
  readonly properties: JsonObject;
  readonly path: JsonPath;
  readonly actions: readonly Action[];
};

export type Component =
  | (ComponentBase & { readonly kind: "leaf" })
  | (ComponentBase & { readonly kind: "form"; readonly children: readonly Component[] })
  | (ComponentBase & {
      readonly kind: "if";
      readonly condition: string;
      readonly whenTrue: readonly Component[];
      readonly whenFalse: readonly Component[];
    })
  | (ComponentBase & {
      readonly kind: "switch";
      readonly value: string;
      readonly cases: ReadonlyMap<string, readonly Component[]>;
    });

export function parseComponents(
  children: readonly JsonValue[],
  path: JsonPath,
  context: ComponentContext,
  shape: ShapeReader,
): readonly Component[] {
  return children.map((child, index) => parseComponent(child, [...path, index], context, shape));
}

/** Every component in the order of the text, parents before their children. */
export function* walkComponents(components: readonly Component[]): Generator<Component> {
  for (const component of components) {
    yield component;
    for (const children of childLists(component)) yield* walkComponents(children);
  }
}

/**
 * Whether a component is certainly shown where `other` is: it is hidden by no property, and by no If or Switch that
 * does not hide the other as well. `null`: on any screen of theirs.
 */
export function isShownWith(component: Component, other: Component | null): boolean {
  const shared = new Set(other?.branches.map(branchKey));
  return (
    (component.properties["visible"] ?? true) === true &&
    component.branches.every((branch) => shared.has(branchKey(branch)))
  );
}

function branchKey({ path, name }: Branch): string {
  return JSON.stringify([path, name]);
}

function childLists(component: Component): readonly (readonly Component[])[] {
  switch (component.kind) {
    case "leaf":
      return [];
    case "form":
      return [component.children];
    case "if":
      return [component.whenTrue, component.whenFalse];
    case "switch":
      return [...component.cases.values()];
  }
}

function parseComponent(
  value: JsonValue,
  path: JsonPath,
  context: ComponentContext,
  shape: ShapeReader,
): Component {
  const properties = shape.element(value, path, "object");
  const type = shape.required(properties, path, "type", "string");
  const base = {
    ...context,
    type,
    name: shape.optional(properties, path, "name", "string") ?? null,
    properties,
    path,
    actions: parseActions(type, properties, path, shape),
  };
  const list = (name: string, into: ComponentContext): readonly Component[] =>
    parseComponents(shape.required(properties, path, name, "array"), [...path, name], into, shape);
  const within = (branch: "If" | "Switch", name: string): ComponentContext => ({
    ...context,
    branches: [...context.branches, { type: branch, path, name }],
  });

  switch (type) {
    case "Form":
      return { ...base, kind: "form", children: list("children", context) };
    case "If":
      return {
        ...base,
        kind: "if",
        condition: shape.required(properties, path, "condition", "string"),
        whenTrue: list("then", within("If", "then")),
        whenFalse: properties["else"] === undefined ? [] : list("else", within("If", "else")),
      };
    case "Switch": {
      const cases = shape.required(properties, path, "cases", "object");
      return {
        ...base,
        kind: "switch",
        value: shape.required(properties, path, "value", "string"),
        cases: new Map(
          Object.entries(cases).map(([name, children]) => {
            const casePath = [...path, "cases", name];
            const components = shape.element(children, casePath, "array");
            return [name, parseComponents(components, casePath, within("Switch", name), shape)];
          }),
        ),
      };
    }
    default:
      return { ...base, kind: "leaf" };
  }
}
