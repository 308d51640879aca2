// `${form.x}` in a property where the screen has no input x: nothing is shown, and an upload looks
// only at payloads.

import { parseBinding } from "../../binding.ts";
import { explainReference } from "../explain-reference.ts";
import type { FlowView } from "../flow-view.ts";
import { type Problem, replaceValue } from "../rules/rule.ts";

export function* missingInputs(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const { text, path } of screen.bound) {
      const reference = parseBinding(text);
      if (reference?.source !== "form" || reference.screen !== null) continue;
      const resolution = flow.resolve(reference, screen);
      if (resolution.kind === "found") continue;
      const { message, hint, instead } = explainReference(flow, reference, resolution);
      const fix = instead === null ? null : replaceValue(path, instead);
      yield { code: "UNKNOWN_INPUT", at: path, message, hint, fix };
    }
  }
}
