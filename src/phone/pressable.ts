// Everything on a screen that can be pressed beside the Footer, with what it says.

import { asText } from "../flow-json/evaluate.ts";
import type { PressTarget } from "./phone.ts";
import type { View, ViewComponent } from "./view.ts";

export type Pressable = { readonly label: string; readonly target: PressTarget };

export function pressables(view: View): readonly Pressable[] {
  return view.components.filter((component) => component.pressable).flatMap(pressablesOf);
}

/** By its label, whatever the case. */
export function findPressable(view: View, label: string): Pressable | undefined {
  const wanted = label.toLowerCase();
  return pressables(view).find((each) => each.label.toLowerCase() === wanted);
}

function pressablesOf({
  key,
  type,
  name,
  properties,
  options,
}: ViewComponent): readonly Pressable[] {
  if (type === "EmbeddedLink") {
    return [{ label: asText(properties["text"]), target: { kind: "link", key } }];
  }
  if (name === null) return [];
  if (type === "OptIn") return [{ label: "Read more", target: { kind: "opt-in", name } }];
  return (options ?? []).map(({ id, title, enabled }) => ({
    label: enabled ? title : `${title} (disabled)`,
    target: { kind: "item", list: name, id },
  }));
}
