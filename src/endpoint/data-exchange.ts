// One data exchange request, from its flow token to the clear text of its answer.
//
//   token → screen and input → rate → handler under its deadline → outcome checked → clear text
//
// Every step fails into the fallback, so that the user stays on the screen; only where no fallback is possible does a
// fault become a status.

import { EndpointError, FAULTS, type FaultCode } from "../protocol/faults.ts";
import type { FlowRequest } from "../protocol/request.ts";
import { encodeFinal, encodeNextScreen } from "../protocol/response.ts";
import { type CheckedOutcome, checkOutcome, type OutcomeOrigin } from "../flows/check-outcome.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import { reply } from "../flows/reply.ts";
import type { Call } from "../flows/call.ts";
import { createCall } from "./create-call.ts";
import { DeadlinePassed, withDeadline } from "./deadline.ts";
import { endSession, fallBack, messageOf } from "./fallback.ts";
import type {
  ClearAnswer,
  ExchangeDependencies,
  ExchangeReport,
  ExchangeRequest,
} from "./ports.ts";
import { FlowSlots } from "./flow-slots.ts";
import { openSession, type Session, tokenKeyOf } from "./session.ts";

type DataExchangeRequest = Extract<
  FlowRequest,
  { readonly kind: "init" | "data_exchange" | "back" }
>;

/** A request whose screen and input fit the contract, ready to run. */
type Prepared = {
  readonly origin: OutcomeOrigin;
  readonly run: (call: Call) => unknown;
};

/** Requests of one flow in flight at once, where its options do not say. */
const DEFAULT_CONCURRENCY = 64;

/** Meta, "Flow JSON components": the data channel carries at most 1 MB. */
const MAX_CLEAR_TEXT_BYTES = 1_000_000;

export type DataExchange = (
  flow: LoadedFlow,
  request: DataExchangeRequest,
  received: ExchangeRequest,
  report: ExchangeReport,
) => Promise<ClearAnswer>;

export function createDataExchange(deps: ExchangeDependencies): DataExchange {
  const slots = new FlowSlots();

  return async (flow, request, received, report) => {
    const startedMs = deps.elapsedMs();
    const limitMs = flow.options.deadlineMs ?? deps.deadlineMs;
    report.screen = knownScreen(flow, request.screen);
    const session = await openSession(deps, flow, request).catch((error: unknown) => {
      noteFault(report, error);
      return null;
    });
    if (session === null) return answerWithoutSession(deps, flow, request, report);
    try {
      const prepared = prepare(flow, request);
      if (!(await received.withinRate()))
        throw new EndpointError("RATE_LIMITED", "flow over its rate");
      const limit = flow.options.concurrency ?? DEFAULT_CONCURRENCY;
      const outcome = await slots.run(flow.name, limit, () =>
        // A tokens function and the wait for a slot have used some of the time.
        runHandler(
          deps,
          flow,
          session,
          request,
          prepared,
          limitMs - (deps.elapsedMs() - startedMs),
        ),
      );
      return await encodeOutcome(deps, session, outcome);
    } catch (error) {
      const fault = noteFault(report, error);
      if (sentWithOlderContract(flow, session, fault)) {
        await eraseMemory(deps, session);
        report.fault = "CONTRACT_CHANGED";
        return endSession(messageOf(flow, "changed"));
      }
      return fallBack(deps, flow, session, screenOf(request), fault);
    }
  };
}

async function answerWithoutSession(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  request: DataExchangeRequest,
  report: ExchangeReport,
): Promise<ClearAnswer> {
  const fault = report.fault ?? "HANDLER_FAILED";
  if (FAULTS[fault].status !== 427) return fallBack(deps, flow, null, screenOf(request), fault);
  if (request.flowToken !== null) await deps.lastData.erase(tokenKeyOf(flow, request.flowToken));
  return endSession(messageOf(flow, "expired"));
}

/** Where the user is; nowhere yet on INIT, whatever it says. */
function screenOf(request: DataExchangeRequest): string | null {
  return request.kind === "init" ? null : request.screen;
}

/** Holds screen and input against the contract. */
function prepare(flow: LoadedFlow, request: DataExchangeRequest): Prepared {
  const { behaviour, contract } = flow;
  if (request.kind === "init") {
    const { init } = behaviour;
    if (init === null) throw new EndpointError("UNKNOWN_SCREEN", "a static flow takes no INIT");
    return { origin: { action: "init", screen: null }, run: (call) => init(reply, call) };
  }
  const { screen } = request;
  if (screen === null) throw new EndpointError("UNKNOWN_SCREEN", "the request names no screen");
  if (request.kind === "back") {
    const back = behaviour.back.get(screen);
    if (back === undefined) throw new EndpointError("UNKNOWN_SCREEN", "the screen takes no BACK");
    return { origin: { action: "back", screen }, run: (call) => back(reply, call) };
  }
  const exchange = behaviour.exchange.get(screen);
  const input = contract.screens[screen]?.input ?? null;
  if (exchange === undefined || input === null) {
    throw new EndpointError("UNKNOWN_SCREEN", "the screen takes no data_exchange");
  }
  const parsed = input.safeParse(request.data);
  if (!parsed.success) {
    const paths = parsed.error.issues.slice(0, 3).map((issue) => describePath(issue.path));
    throw new EndpointError(
      "INPUT_REFUSED",
      `input does not fit the screen at: ${paths.join(", ")}`,
    );
  }
  return {
    origin: { action: "data_exchange", screen },
    run: (call) => exchange(parsed.data, reply, call),
  };
}

async function runHandler(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  session: Session,
  request: DataExchangeRequest,
  prepared: Prepared,
  limitMs: number,
): Promise<CheckedOutcome> {
  const submission = { action: request.kind, screen: request.screen, data: request.data };
  const outcome = await withDeadline(limitMs, (deadline) =>
    prepared.run(createCall(deps, flow, session, submission, deadline)),
  );
  const verdict = checkOutcome(
    flow.contract,
    flow.options.completion ?? null,
    prepared.origin,
    outcome,
  );
  if (verdict.kind === "accepted") return verdict.outcome;
  throw new EndpointError("OUTCOME_REFUSED", `${verdict.screen}: ${verdict.reason}`);
}

async function encodeOutcome(
  deps: ExchangeDependencies,
  session: Session,
  outcome: CheckedOutcome,
): Promise<ClearAnswer> {
  switch (outcome.kind) {
    case "expired":
      await eraseMemory(deps, session);
      return endSession(outcome.message);
    case "final": {
      const clearText = encode(() => encodeFinal(session.flowToken, outcome.params));
      await eraseMemory(deps, session);
      return { status: 200, clearText };
    }
    case "screen": {
      const { screen, data, errorMessage } = outcome;
      const shown = errorMessage === null ? data : { ...data, error_message: errorMessage };
      const clearText = encode(() => encodeNextScreen(screen, shown));
      if (session.isVerified && session.tokenKey !== null) {
        await deps.lastData.remember(session.tokenKey, screen, JSON.stringify(data));
      }
      return { status: 200, clearText };
    }
  }
}

/** JSON text that fits the data channel; what cannot be written as JSON is the handler's defect. */
function encode(write: () => string): string {
  let clearText: string;
  try {
    clearText = write();
  } catch (cause) {
    throw new EndpointError("OUTCOME_REFUSED", "the answer cannot be written as JSON", { cause });
  }
  if (Buffer.byteLength(clearText) > MAX_CLEAR_TEXT_BYTES) {
    throw new EndpointError("OUTCOME_REFUSED", "the answer is over 1 MB");
  }
  return clearText;
}

async function eraseMemory(deps: ExchangeDependencies, session: Session): Promise<void> {
  if (session.tokenKey !== null) await deps.lastData.erase(session.tokenKey);
}

function sentWithOlderContract(flow: LoadedFlow, session: Session, fault: FaultCode): boolean {
  const isMisfit = fault === "UNKNOWN_SCREEN" || fault === "INPUT_REFUSED";
  return (
    isMisfit && session.contractHash !== null && session.contractHash !== flow.contract.contractHash
  );
}

/** Writes what went wrong into the report, and gives it a code. */
function noteFault(report: ExchangeReport, error: unknown): FaultCode {
  if (error instanceof EndpointError) {
    report.fault = error.code;
    report.reason = error.message;
    report.cause = error.cause ?? null;
    return error.code;
  }
  report.fault = error instanceof DeadlinePassed ? "HANDLER_TOO_SLOW" : "HANDLER_FAILED";
  report.cause = error;
  return report.fault;
}

/** A screen name that may be logged: the contract's, never the sender's. */
function knownScreen(flow: LoadedFlow, screen: string | null): string | null {
  if (screen === null) return null;
  return Object.hasOwn(flow.contract.screens, screen) ? screen : "unknown";
}

function describePath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "(whole input)" : path.map(String).join(".");
}
