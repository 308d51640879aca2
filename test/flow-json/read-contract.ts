// Reads single pieces out of a derived contract, for the tests that look at one piece only.

import { type Contract, deriveContract } from "../../src/flow-json/contract.ts";
import { parseFlowJson } from "../../src/flow-json/document.ts";
import type { PayloadShape, ValueShape } from "../../src/flow-json/value-shape.ts";
import type { Json } from "./flow-text.ts";

export function contractOf(text: string): Contract {
  return deriveContract(parseFlowJson(text));
}

/** The payload a screen sends, where it is only one. */
export function payloadOf(text: string, screenIndex = 0): PayloadShape | undefined {
  const shape = contractOf(text).screens[screenIndex]?.input;
  return shape?.kind === "single" ? shape.payload : undefined;
}

export function valueOf(payload: PayloadShape | undefined, name: string): ValueShape | undefined {
  return payload?.fields.find((field) => field.name === name)?.value;
}

/** An answer's shape: certain and unbounded unless `more` says otherwise. */
export function answered(builder: string, more: Json = {}): Json {
  return { kind: "answer", builder, ids: null, options: {}, optional: false, ...more };
}
