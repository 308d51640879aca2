// One request and what came of it, as the inspector shows it.

import type { JsonValue } from "../../flow-json/json-value.ts";
import { checkResponse } from "../../phone/check-response.ts";
import type { DataExchangeRequest, PhoneState } from "../../phone/phone-state.ts";
import type { RelayLogLine } from "../api.ts";
import type { SealedRequest } from "./envelope.ts";
import type { FaultName } from "./faults.ts";

export type Exchange = {
  /** Counts from 1. */
  readonly id: number;
  readonly startedMs: number;
  /** Why it was sent: by the phone's user, as a report, or again from the inspector. */
  readonly cause: "phone" | "notification" | "replay";
  readonly request: DataExchangeRequest;
  readonly sealed: SealedRequest;
  readonly faults: readonly FaultName[];
  readonly state: ExchangeState;
  /** What is worth knowing beside: that it was sent again, or answered with equal bytes. */
  readonly note: string | null;
};

export type ExchangeState =
  | { readonly kind: "under-way" }
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly ms: number;
      readonly body: string;
      /** `undefined` for an empty body, or one that does not decrypt. */
      readonly clear: JsonValue | undefined;
      readonly verdict: Verdict;
      readonly log: readonly RelayLogLine[];
    }
  | { readonly kind: "unanswered"; readonly reason: string; readonly ms: number | null };

/** What a phone makes of an answer. */
export type Verdict = { readonly fits: boolean; readonly text: string };

/** Holds an answer against the flow, as the phone does. */
export function judge(
  { document }: PhoneState,
  request: DataExchangeRequest,
  status: number,
  clear: JsonValue | undefined,
): Verdict {
  if (status === 427) return { fits: true, text: "the token is refused; the message ends here" };
  if (status !== 200) return { fits: false, text: STATUSES[status] ?? "no status a phone expects" };
  if (clear === undefined) {
    return { fits: false, text: "response-decryption-error: the answer does not decrypt" };
  }
  if (isReport(request)) return { fits: true, text: "the report is acknowledged" };
  const from = request.action === "INIT" ? null : request.screen;
  const verdict = checkResponse(document, from, clear);
  switch (verdict.kind) {
    case "final":
      return { fits: true, text: "ends the flow" };
    case "screen":
      return { fits: true, text: `fits screen ${verdict.screen}` };
    case "refused":
      return { fits: false, text: `${verdict.error}: ${verdict.detail}` };
  }
}

function isReport({ data }: DataExchangeRequest): boolean {
  return typeof data["error"] === "string" && typeof data["error_message"] === "string";
}

const STATUSES: Readonly<Record<number, string>> = {
  400: "the endpoint cannot read the request",
  404: "the endpoint knows no such flow",
  409: "the same bytes were sent before, and their answer is no longer held",
  421: "the endpoint cannot decrypt the request",
  432: "the signature does not fit the body",
  500: "the handler failed and left nothing to fall back to",
  503: "the endpoint is overloaded",
};
