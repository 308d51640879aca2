// JSON text for readers that can do nothing with a broken one.

import { FlowJsonError } from "./flow-json-error.ts";
import { indexJson } from "./index-json.ts";
import type { JsonSource } from "./json-source.ts";

/**
 * Reads JSON text.
 *
 * @throws FlowJsonError `INVALID_FLOW_JSON` where the text stops being JSON or is absurdly large or nested, and
 *   `INVALID_PROPERTY_KEY` for a key named `__proto__`: no endpoint could ever receive it
 */
export function parseJsonSource(text: string): JsonSource {
  const indexed = indexJson(text);
  if (indexed.kind !== "json") {
    const { range, problem } = indexed;
    const message =
      indexed.kind === "broken"
        ? `flow.json is not valid JSON: ${problem}; correct the syntax here, or just before`
        : `no flow holds ${problem}; give a flow.json`;
    throw new FlowJsonError("INVALID_FLOW_JSON", { path: [], ...range }, message);
  }
  const proto = indexed.keyProblems.find(({ kind }) => kind === "proto");
  if (proto !== undefined) {
    throw new FlowJsonError(
      "INVALID_PROPERTY_KEY",
      { path: proto.path, ...proto.range },
      "a key named __proto__ cannot be sent to an endpoint; rename it",
    );
  }
  return indexed.source;
}
