// Everything a phone knows about one open flow. Values only: every act takes a state and gives a new
// one, so a state can be kept, compared or gone back to.

import type { FlowJsonDocument, Screen } from "../flow-json/document.ts";
import type { JsonObject, JsonValue } from "../flow-json/json-value.ts";
import { PhoneError } from "./phone-error.ts";

export type PhoneState = {
  readonly document: FlowJsonDocument;
  readonly flowToken: string;
  /** Screen ids, the one shown last. Empty until the first screen is there. */
  readonly history: readonly string[];
  /** By screen id; only screens that were visited. Both parts outlive leaving the screen. */
  readonly screens: ReadonlyMap<string, ScreenState>;
  /** A message over the current screen, from the endpoint or about a failed exchange. */
  readonly snackbar: string | null;
  readonly phase: Phase;
};

export type ScreenState = {
  readonly data: JsonObject;
  /** By component name; an input nobody has touched has no key. */
  readonly form: JsonObject;
  /** Inputs edited since data last arrived: their error messages have been dealt with. */
  readonly edited: ReadonlySet<string>;
};

export type Phase =
  /** Not opened yet, or left by going back from the first screen. */
  | { readonly kind: "closed" }
  | { readonly kind: "showing" }
  | { readonly kind: "waiting"; readonly request: DataExchangeRequest }
  /** `params` is what the chat receives; `null` when the endpoint ended the flow without a message. */
  | { readonly kind: "completed"; readonly params: JsonObject | null }
  /** The message's button is disabled for good. */
  | { readonly kind: "expired"; readonly message: string }
  | { readonly kind: "failed"; readonly failure: Failure };

export type Failure = {
  /** Meta's error key where there is one. */
  readonly error:
    | "invalid-screen-transition"
    | "payload-schema-error"
    | "response-decryption-error"
    | "invalid-response"
    | "unexpected-status"
    | "timeout_error"
    | "no_http_response_error";
  /** For developers: names and paths, no values. */
  readonly detail: string;
  /** The HTTP status, where that is what failed. */
  readonly status: number | null;
  /** What the user may send again; `null` where trying again cannot help. */
  readonly retry: DataExchangeRequest | null;
};

/** The clear text of a data exchange request, in the order Meta's client writes it. */
export type DataExchangeRequest = {
  readonly version: string;
  readonly action: "INIT" | "data_exchange" | "BACK";
  /** Empty on INIT; on BACK the screen being left. */
  readonly screen: string;
  readonly data: JsonObject;
  readonly flow_token: string;
};

/** What the phone wants done outside. */
export type Effect =
  /** Send it, and give the outcome to `answer`, `fail` or `expired`. */
  | { readonly kind: "exchange"; readonly request: DataExchangeRequest }
  /** Send it and forget it: an error notification. */
  | { readonly kind: "notify"; readonly request: DataExchangeRequest }
  | { readonly kind: "open_url"; readonly url: string };

export type Step = { readonly state: PhoneState; readonly effect: Effect | null };

export function step(state: PhoneState, effect: Effect | null = null): Step {
  return { state, effect };
}

/** The screen the user sees. @throws PhoneError `NOT_SHOWING` before the first one */
export function currentScreen({ document, history }: PhoneState): Screen {
  const id = history.at(-1);
  const screen = id === undefined ? undefined : document.screen(id);
  if (screen === undefined) throw new PhoneError("NOT_SHOWING", "no screen is shown; enter first");
  return screen;
}

const UNVISITED: ScreenState = { data: {}, form: {}, edited: new Set() };

export function screenState(state: PhoneState, id: string): ScreenState {
  return state.screens.get(id) ?? UNVISITED;
}

export function withScreenState(
  state: PhoneState,
  id: string,
  change: Partial<ScreenState>,
): PhoneState {
  const screens = new Map(state.screens);
  screens.set(id, { ...screenState(state, id), ...change });
  return { ...state, screens };
}

/** `undefined` takes the value out. */
export function withFormValue(
  state: PhoneState,
  screen: string,
  name: string,
  value: JsonValue | undefined,
): PhoneState {
  const { [name]: _, ...others } = screenState(state, screen).form;
  return withScreenState(state, screen, {
    form: value === undefined ? others : { ...others, [name]: value },
  });
}

export function exchangeRequest(
  state: PhoneState,
  action: DataExchangeRequest["action"],
  screen: string,
  data: JsonObject,
): DataExchangeRequest {
  return {
    version: state.document.dataApiVersion ?? "3.0",
    action,
    screen,
    data,
    flow_token: state.flowToken,
  };
}
