// What the page does with a flow beyond what the phone's user does: begins it, opens it as its message
// says, and tells it the outcome of an exchange.

import { type FlowJsonDocument, parseFlowJson } from "../../flow-json/document.ts";
import { deriveRoutes, findEntryScreens } from "../../flow-json/routes.ts";
import * as outcomes from "../../phone/answer.ts";
import { carryOver } from "../../phone/carry-over.ts";
import { createPhone, enter } from "../../phone/phone.ts";
import type { PhoneState, Step } from "../../phone/phone-state.ts";
import type { PlayerFlowDetail } from "../api.ts";
import {
  type ChatMessage,
  exampleData,
  type FlowOpening,
  type FlowSession,
} from "./player-state.ts";
import type { TransportOutcome } from "./transport.ts";

export type WantedMessage = Pick<ChatMessage, "claims" | "opensWith">;

/** Before its first message. */
function startSession(detail: PlayerFlowDetail, document: FlowJsonDocument): FlowSession {
  return {
    detail,
    document,
    message: null,
    phone: null,
    exchanges: [],
    answers: [],
    completion: null,
  };
}

/** The chat is begun anew with a message. */
export function beginChat(session: FlowSession, message: ChatMessage): FlowSession {
  const phone = createPhone(session.document, { flowToken: message.flowToken });
  return { ...session, message, phone, exchanges: [], answers: [], completion: null };
}

/**
 * Begins with a flow, or goes on with it after its flow.json was saved. A phone that has no place in it any more stays as
 * it is until its message is renewed.
 *
 * @throws FlowJsonError
 */
export function takeDetail(
  session: FlowSession | undefined,
  detail: PlayerFlowDetail,
): FlowSession {
  if (session?.detail.flowJson === detail.flowJson) return { ...session, detail };
  const document = parseFlowJson(detail.flowJson);
  if (session === undefined) return startSession(detail, document);
  const { phone } = session;
  if (phone === null) return { ...session, detail, document };
  const carried = carryOver(phone, document, phone.flowToken);
  const isLost = isOpen(phone) && !isOpen(carried);
  return { ...session, detail, document, phone: isLost ? phone : carried };
}

/** Goes on with another message, whose token was minted for the flow as it is now. */
export function renewMessage(session: FlowSession, message: ChatMessage): FlowSession {
  const { phone, document } = session;
  if (phone === null) return beginChat(session, message);
  const carried = carryOver(phone, document, message.flowToken);
  return { ...session, message, phone: carried, completion: null };
}

export function isOpen({ history, phase }: PhoneState): boolean {
  return history.length > 0 && phase.kind !== "closed";
}

/** A flow with an endpoint usually asks it for the first screen. */
export function usualMessage({ dataApiVersion }: FlowJsonDocument): WantedMessage {
  return { claims: {}, opensWith: dataApiVersion === null ? "navigate" : "data_exchange" };
}

/** Without the endpoint, a flow starts with its examples. */
export function enterFlow(
  document: FlowJsonDocument,
  opensWith: FlowOpening,
  phone: PhoneState,
): Step {
  if (opensWith === "data_exchange") return enter(phone, { action: "data_exchange" });
  const [first] = findEntryScreens(deriveRoutes(document));
  const screen = first === undefined ? undefined : document.screen(first);
  const data = screen === undefined ? {} : exampleData(screen);
  return enter(phone, { action: "navigate", data });
}

export function takeOutcome(phone: PhoneState, outcome: TransportOutcome): Step {
  switch (outcome.kind) {
    case "answer":
      return outcomes.answer(phone, outcome.clear);
    case "expired":
      return outcomes.expired(phone, outcome.message);
    case "failed":
      return outcomes.fail(phone, outcome.status);
    case "undecryptable":
      return outcomes.undecryptable(phone);
    case "unanswered":
      return outcomes.unanswered(phone, outcome.error);
  }
}

/** Put away; an answer still under way is dropped. */
export function closed(phone: PhoneState): Step {
  return { state: { ...phone, snackbar: null, phase: { kind: "closed" } }, effect: null };
}
