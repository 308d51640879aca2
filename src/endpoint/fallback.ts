// What a user sees when the handler could not answer: the same screen with what it last showed and a message, so that
// nothing typed is lost and trying again is one tap.

import { EndpointError, type FaultCode } from "../protocol/faults.ts";
import { encodeErrorMessage, encodeNextScreen } from "../protocol/response.ts";
import type { Messages } from "../flows/implement.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { ClearAnswer, ExchangeDependencies } from "./ports.ts";
import type { Session } from "./session.ts";

const DEFAULT_MESSAGES: Messages = {
  tooSlow: "This is taking longer than usual. Please try again.",
  failed: "Something went wrong. Please try again.",
  expired: "This form has expired. Please ask for a new one.",
  changed: "This form has changed. Please ask for a new one.",
};

/** What the flow's users read in a situation. */
export function messageOf(flow: LoadedFlow, situation: keyof Messages): string {
  return flow.options.messages?.[situation] ?? DEFAULT_MESSAGES[situation];
}

/** HTTP 427: disables the message's button. */
export function endSession(message: string): ClearAnswer {
  return { status: 427, clearText: encodeErrorMessage(message) };
}

/**
 * The fallback answer for a fault on `screen`.
 *
 * @param session  `null` when it could not be told whose request it is: then nothing remembered is shown
 * @throws EndpointError with the fault's own code where nothing can be shown: on INIT, on an unknown screen, and where
 *                       the screen needs data that is not remembered
 */
export async function fallBack(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  session: Session | null,
  screen: string | null,
  fault: FaultCode,
): Promise<ClearAnswer> {
  const data = screen === null ? null : await lastDataOf(deps, flow, session, screen);
  if (screen === null || data === null) throw new EndpointError(fault, "no fallback is possible");
  const message = messageOf(flow, fault === "HANDLER_TOO_SLOW" ? "tooSlow" : "failed");
  return {
    status: 200,
    clearText: encodeNextScreen(screen, { ...data, error_message: message }),
  };
}

async function lastDataOf(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  session: Session | null,
  screen: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const contract = Object.hasOwn(flow.contract.screens, screen)
    ? flow.contract.screens[screen]
    : undefined;
  if (contract === undefined) return null;
  const remembered =
    session?.isVerified === true && session.tokenKey !== null
      ? await deps.lastData.recall(session.tokenKey, screen)
      : null;
  // Written by `encodeOutcome` from a checked object.
  if (remembered !== null) return JSON.parse(remembered) as Readonly<Record<string, unknown>>;
  return contract.data.safeParse({}).success ? {} : null;
}
