// A phone with a flow in it, for the tests of this folder.

import { parseFlowJson } from "../../src/flow-json/document.ts";
import { createPhone } from "../../src/phone/phone.ts";
import type { PhoneState, Step } from "../../src/phone/phone-state.ts";

export const FLOW_TOKEN = "token-1";

export function phoneWith(flowText: string): PhoneState {
  return createPhone(parseFlowJson(flowText), { flowToken: FLOW_TOKEN });
}

/** Does one thing after another; each must leave the phone as the next one needs it. */
export function walk(start: Step, ...acts: readonly ((state: PhoneState) => Step)[]): Step {
  return acts.reduce((now, act) => act(now.state), start);
}

/** The request that a step wants sent as an exchange. */
export function requestOf({ effect }: Step) {
  return effect?.kind === "exchange" ? effect.request : null;
}
