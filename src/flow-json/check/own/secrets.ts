// Passwords and passcodes do not belong into a message that stays in a chat's history.

import { referencesIn } from "../component-texts.ts";
import type { FlowView } from "../flow-view.ts";
import { payloadTexts } from "../rules/payload-values.ts";
import type { Problem } from "../rules/rule.ts";

export function* secretsInCompletion(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const { name, payload, path } of screen.flat.flatMap(({ actions }) => actions)) {
      if (name !== "complete" || payload === null) continue;
      for (const each of payloadTexts(payload, [...path, "payload"])) {
        const isSecret = [...referencesIn(each.text)].some((reference) => {
          const found = flow.resolve(reference, screen);
          const inputType = found.kind === "found" ? found.input?.properties["input-type"] : null;
          return inputType === "password" || inputType === "passcode";
        });
        if (!isSecret) continue;
        yield {
          code: "SECRET_IN_COMPLETION",
          at: each.path,
          message: "complete sends a password or passcode into the chat",
          hint: "send it with data_exchange and check it at the endpoint",
        };
      }
    }
  }
}
