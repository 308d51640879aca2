// `pattern` of a TextInput: only for inputs whose form is free, and only with a text that tells people
// what is wanted.
// Source: Meta, "Components", TextInput.

import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

const TYPES: ReadonlySet<unknown> = new Set(["text", "number", "password", "passcode", undefined]);

export function* inputPatterns({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    if (type !== "TextInput" || properties["pattern"] === undefined) continue;
    if (!TYPES.has(properties["input-type"])) {
      yield {
        code: "INVALID_PROPERTY_NAME_FOR_CONDITION",
        at: [...path, "pattern"],
        part: "key",
        message: "inputs of this input-type are checked by the client; they take no pattern",
        hint: "remove the pattern, or the input-type",
      };
    }
    if (properties["helper-text"] === undefined) {
      yield {
        code: "MISSING_REQUIRED_PROPERTY",
        at: path,
        message: "a TextInput with a pattern must say what it expects",
        hint: 'add "helper-text", for example "Four digits"',
      };
    }
  }
}
