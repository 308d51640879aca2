// `sensitive` names inputs whose answers a summary hides.

import { isJsonArray } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { type Problem, replaceValue } from "./rule.ts";

export function* sensitiveFields({ screens }: FlowView): Generator<Problem> {
  for (const { id, path, properties, inputs } of screens) {
    const names = properties["sensitive"];
    if (!isJsonArray(names)) continue;
    for (const [index, name] of names.entries()) {
      if (typeof name !== "string" || inputs.has(name)) continue;
      const near = nearestName(name, inputs.keys());
      const at = [...path, "sensitive", index];
      yield {
        code: "INVALID_SENSITIVE_FIELD",
        at,
        message: `screen ${id} has no input called ${name}`,
        hint: near === null ? "name an input of this screen, or remove it" : `write \`${near}\``,
        fix: near === null ? null : replaceValue(at, near),
      };
    }
  }
}
