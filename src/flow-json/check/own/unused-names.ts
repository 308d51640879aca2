// Data that nothing shows and inputs that nobody receives.

import { referencesIn } from "../component-texts.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import type { Problem } from "../rules/rule.ts";

export function* unusedNames(flow: FlowView): Generator<Problem> {
  const used = usedNames(flow);
  for (const screen of flow.screens) {
    yield* unusedData(screen, used);
    yield* unusedInputs(screen, used);
  }
}

function* unusedData(
  { id, path, model }: ScreenView,
  used: ReadonlySet<string>,
): Generator<Problem> {
  for (const { name } of model.fields) {
    if (used.has(`${id} data ${name}`)) continue;
    yield {
      code: "UNUSED_DATA",
      at: [...path, "data", name],
      part: "key",
      message: `nothing in the flow uses the data ${name} of screen ${id}`,
      hint: "use it, or remove it and whatever hands it over",
    };
  }
}

function* unusedInputs({ id, inputs }: ScreenView, used: ReadonlySet<string>): Generator<Problem> {
  for (const [name, { type, path }] of inputs) {
    // Ticking a consent may be all that is wanted; a list sends what its items say.
    if (type === "OptIn" || type === "NavigationList") continue;
    if (used.has(`${id} form ${name}`)) continue;
    yield {
      code: "UNUSED_INPUT",
      at: [...path, "name"],
      message: `nothing sends or shows what is entered in ${name}`,
      hint: `add \`"${name}": "\${form.${name}}"\` to a payload, or remove the ${type}`,
    };
  }
}

/** Screen ids hold no space. */
function usedNames({ screens }: FlowView): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { id, texts, title } of screens) {
    for (const text of [title, ...texts.map((each) => each.text)]) {
      for (const { screen, source, path } of referencesIn(text)) {
        used.add(`${screen ?? id} ${source} ${path[0]}`);
      }
    }
  }
  return used;
}
