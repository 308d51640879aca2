// Names of inputs, and where inputs stand when there is a Form.
// Source: Meta, "Components", Form; paths observed in Meta's web client, August 2026.

import { type Component, walkComponents } from "../../component-tree.ts";
import { componentSpec } from "../../components.ts";
import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

export function* componentNames({ screens }: FlowView): Generator<Problem> {
  for (const { id, flat } of screens) {
    const byName = new Map<string, Component[]>();
    for (const component of flat) {
      const { name, type } = component;
      const holdsValue = (componentSpec(type)?.value ?? null) !== null;
      if (name === null || name === "" || (!holdsValue && type !== "Form")) continue;
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [component]);
      else known.push(component);
    }
    for (const [name, components] of byName) {
      if (components.length === 1) continue;
      for (const { path } of components) {
        yield {
          code: "DUPLICATE_FORM_COMPONENT_NAMES",
          at: [...path, "name"],
          message: `${components.length} components of screen ${id} are called ${name}`,
          hint: "give each its own name, in both branches of an If as well",
        };
      }
    }
  }
}

export function* componentsOutsideForm({ screens }: FlowView): Generator<Problem> {
  for (const { flat, forms } of screens) {
    if (forms.length === 0) continue;
    const inside = new Set(forms.flatMap(({ children }) => [...walkComponents(children)]));
    for (const component of flat) {
      if (componentSpec(component.type)?.role !== "input" || inside.has(component)) continue;
      yield {
        code: "COMPONENTS_OUTSIDE_FORM",
        at: component.path,
        message: `this ${component.type} stands outside the Form of its screen`,
        hint: "move it into the Form, or remove the Form and keep its children",
      };
    }
  }
}
