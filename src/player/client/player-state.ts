// Everything the page knows, as one value; each change makes a new one.

import type { FlowJsonDocument, Screen } from "../../flow-json/document.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import type { PhoneState } from "../../phone/phone-state.ts";
import type {
  OpenedMessage,
  PlayerCompletion,
  PlayerFlow,
  PlayerFlowDetail,
  PlayerProblem,
} from "../api.ts";
import type { Exchange } from "./exchange.ts";
import type { Faults } from "./faults.ts";
import type { RecordedAnswers } from "./recorded-answers.ts";

export type PlayerState = {
  readonly connection:
    | "connecting"
    | "live"
    | "lost"
    /** The server does not take the page's key: another start of it printed another URL. */
    | "refused";
  readonly flows: readonly PlayerFlow[];
  /** Name of the flow that is open; `null` before one is. */
  readonly chosen: string | null;
  readonly sessions: ReadonlyMap<string, FlowSession>;
  /** What a saved file broke; covers the phone until it is mended. */
  readonly problem: PlayerProblem | null;
  readonly faults: Faults;
  /** A word to the developer, not to the phone's user. */
  readonly notice: string | null;
};

/** One flow's chat. */
export type FlowSession = {
  readonly detail: PlayerFlowDetail;
  readonly document: FlowJsonDocument;
  /** `null` while the server mints its token. */
  readonly message: ChatMessage | null;
  readonly phone: PhoneState | null;
  /** Oldest first. */
  readonly exchanges: readonly Exchange[];
  readonly answers: RecordedAnswers;
  readonly completion: CompletionProgress | null;
};

export type ChatMessage = OpenedMessage & {
  /** The flow.json that its token was minted for. */
  readonly flowJson: string;
  readonly sentMs: number;
  readonly claims: JsonObject;
  readonly opensWith: FlowOpening;
  /** Its button is off for good; what the endpoint said about it. */
  readonly expired: string | null;
};

/** The message's `flow_action`: whether the endpoint is asked for the first screen. */
export type FlowOpening = "data_exchange" | "navigate";

export type CompletionProgress = {
  readonly messageId: string;
  readonly responseJson: string;
  readonly completedMs: number;
  readonly delivery:
    | { readonly kind: "under-way" }
    | { readonly kind: "delivered"; readonly status: number; readonly ms: number }
    | { readonly kind: "lost" };
  /** `null` until the server knows it. */
  readonly found: PlayerCompletion | null;
};

export const EMPTY_STATE: PlayerState = {
  connection: "connecting",
  flows: [],
  chosen: null,
  sessions: new Map(),
  problem: null,
  faults: new Set(),
  notice: null,
};

export function chosenSession({ chosen, sessions }: PlayerState): FlowSession | null {
  return chosen === null ? null : (sessions.get(chosen) ?? null);
}

/** What must be mended before the chosen flow can be played. */
export function problemOf({ problem, flows, chosen }: PlayerState): PlayerProblem | null {
  return problem ?? flows.find(({ flow }) => flow === chosen)?.problem ?? null;
}

/** The `__example__` values of a screen, with which it is shown when nobody gives it data. */
export function exampleData({ data }: Screen): JsonObject {
  const examples = Object.entries(data ?? {}).flatMap(([name, field]): [string, JsonValue][] => {
    const example = isJsonObject(field) ? field["__example__"] : undefined;
    return example === undefined ? [] : [[name, example]];
  });
  return Object.fromEntries(examples);
}
