// Names that mean something else to an endpoint.
// Source: Meta, "Implementing endpoints for Flows".

import type { FlowView } from "../flow-view.ts";
import type { Problem } from "../rules/rule.ts";

/** A request whose data holds one of these tells of an error on the client. */
const ERROR_KEYS = ["error", "error_key", "error_message"];

export function* reservedScreenIds({ screens }: FlowView): Generator<Problem> {
  for (const { id, path } of screens) {
    if (id !== "SUCCESS") continue;
    yield {
      code: "RESERVED_SCREEN_ID",
      at: [...path, "id"],
      message:
        "an endpoint that answers with screen SUCCESS ends the flow, so no screen can be called so",
      hint: "call it DONE or CONFIRMATION, for example",
    };
  }
}

export function* errorKeys({ screens }: FlowView): Generator<Problem> {
  for (const { name, payload, path } of screens.flatMap(({ flat }) =>
    flat.flatMap(({ actions }) => actions),
  )) {
    if (name !== "data_exchange" || payload === null) continue;
    for (const key of ERROR_KEYS) {
      if (!Object.hasOwn(payload, key)) continue;
      yield {
        code: "RESERVED_PAYLOAD_KEY",
        at: [...path, "payload", key],
        part: "key",
        message: `an endpoint takes a payload with ${key} for the report of an error on the client`,
        hint: `rename it, for example to problem`,
      };
    }
  }
}
