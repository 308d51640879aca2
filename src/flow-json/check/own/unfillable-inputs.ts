// Inputs that must be filled and cannot be.

import type { FlowView } from "../flow-view.ts";
import { type Problem, replaceValue } from "../rules/rule.ts";

export function* unfillableInputs({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    if (properties["required"] !== true) continue;
    for (const property of ["enabled", "visible"]) {
      if (properties[property] !== false) continue;
      yield {
        code: "UNFILLABLE_INPUT",
        at: [...path, property],
        message: `this ${type} is required, but "${property}": false keeps people from filling it`,
        hint: `remove "required", or bind ${property}`,
        fix: replaceValue([...path, "required"], false),
      };
    }
  }
}
