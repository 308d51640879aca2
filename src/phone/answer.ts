// The endpoint's side of an exchange as the phone meets it: an answer, a failure, or the end of the
// flow token. The transport has decrypted the answer and done its one retry after 421.

import { checkResponse } from "./check-response.ts";
import { PhoneError } from "./phone-error.ts";
import {
  currentScreen,
  type DataExchangeRequest,
  type Failure,
  type PhoneState,
  type Step,
  step,
} from "./phone-state.ts";
import { failWith, send, show } from "./run-action.ts";
import { receiveData } from "./screen-data.ts";

/**
 * Takes the endpoint's clear answer to the request the phone is waiting on.
 *
 * @returns the next screen, the end of the flow, or a failure together with the error notification
 *   that a client sends for it
 */
export function answer(state: PhoneState, response: unknown): Step {
  const request = requestInFlight(state);
  const from = request.action === "INIT" ? null : request.screen;
  const verdict = checkResponse(state.document, from, response);
  switch (verdict.kind) {
    case "final":
      return step({ ...state, phase: { kind: "completed", params: verdict.params } });
    case "refused": {
      const { error, detail } = verdict;
      const failed = failWith(state, { error, detail, status: null, retry: null });
      // An answer of no known form is not reported: Meta has no key for it.
      return error === "invalid-response"
        ? failed
        : step(failed.state, notification(request, error));
    }
    case "screen": {
      const screen = state.document.screen(verdict.screen);
      // checkResponse lets only screens of the document through.
      if (screen === undefined) return step(state);
      const received = receiveData(state, screen, verdict.data, "endpoint");
      const history = historyAfter(state.history, request, verdict.screen);
      const isNew = history.at(-1) !== state.history.at(-1);
      const next: PhoneState = { ...received, history, snackbar: verdict.message };
      return isNew ? show(next) : step({ ...next, phase: { kind: "showing" } });
    }
  }
}

/** An answer that is no 200, nor a 427 with a message: the exchange failed. 421 is final here. */
export function fail(state: PhoneState, status: number): Step {
  const request = requestInFlight(state);
  return failWith(state, {
    error: "unexpected-status",
    detail: `the endpoint answered ${status}`,
    status,
    retry: status === 421 ? null : request,
  });
}

/** An answer 200 that does not decrypt; the client reports it. */
export function undecryptable(state: PhoneState): Step {
  const request = requestInFlight(state);
  const error = "response-decryption-error";
  const detail = "the answer could not be decrypted";
  const failed = failWith(state, { error, detail, status: 200, retry: null });
  return step(failed.state, notification(request, error));
}

/** No answer: none within 10 seconds, or the connection broke. */
export function unanswered(
  state: PhoneState,
  error: "timeout_error" | "no_http_response_error",
): Step {
  const request = requestInFlight(state);
  const detail =
    error === "timeout_error"
      ? "no answer came within 10 seconds"
      : "the connection ended without an answer";
  return failWith(state, { error, detail, status: null, retry: request });
}

/** An answer 427: the flow token is no longer valid. */
export function expired(state: PhoneState, message: string): Step {
  requestInFlight(state);
  return step({ ...state, phase: { kind: "expired", message } });
}

/** Sends what failed once more. @throws PhoneError `DISABLED` where that cannot help */
export function retry(state: PhoneState): Step {
  if (state.phase.kind !== "failed" || state.phase.failure.retry === null) {
    throw new PhoneError("DISABLED", "there is nothing to send again");
  }
  return send(state, state.phase.failure.retry);
}

/** Puts a failure aside and goes on with the screen that was there. @throws PhoneError `NOT_SHOWING` */
export function dismiss(state: PhoneState): Step {
  currentScreen(state);
  if (state.phase.kind !== "failed") throw new PhoneError("NOT_SHOWING", "nothing has failed");
  return step({ ...state, phase: { kind: "showing" } });
}

function requestInFlight({ phase }: PhoneState): DataExchangeRequest {
  if (phase.kind === "waiting") return phase.request;
  throw new PhoneError("NOT_SHOWING", "the phone is not waiting for an answer");
}

/** Action and screen are those of the exchange that failed. */
function notification(request: DataExchangeRequest, error: Failure["error"]): Step["effect"] {
  const action = request.action === "INIT" ? "INIT" : "data_exchange";
  const data = { error, error_message: MESSAGES[error] ?? "The answer does not fit the flow." };
  return { kind: "notify", request: { ...request, action, data } };
}

const MESSAGES: Readonly<Partial<Record<Failure["error"], string>>> = {
  "response-decryption-error": "The answer could not be decrypted.",
};

/** The answer to BACK usually shows the screen below; any other answer comes on top. */
function historyAfter(
  history: readonly string[],
  { action }: DataExchangeRequest,
  shown: string,
): readonly string[] {
  if (history.at(-1) === shown) return history;
  const below = history.slice(0, -1);
  if (action !== "BACK") return [...history, shown];
  return below.at(-1) === shown ? below : [...below, shown];
}
