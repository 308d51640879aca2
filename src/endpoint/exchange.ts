// The Data Exchange endpoint from raw bytes to raw bytes. The order of the steps is part of the contract: nothing is
// parsed before its signature is verified, and nothing is answered twice with different bytes.
//
//   signature → flow → seen before? → envelope → admission → open → request → ping and notification, or the handler → seal

import { openEnvelope, parseEnvelope } from "../protocol/envelope.ts";
import { EndpointError, FAULTS } from "../protocol/faults.ts";
import { documentedErrorKey, type FlowRequest, parseRequest } from "../protocol/request.ts";
import { encodeAcknowledgement, encodePing } from "../protocol/response.ts";
import { verifySignature } from "../protocol/signature.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import { createDataExchange, type DataExchange } from "./data-exchange.ts";
import type {
  ClearAnswer,
  ExchangeAnswer,
  ExchangeDependencies,
  ExchangeReport,
  ExchangeRequest,
} from "./ports.ts";

const ACTIONS = {
  init: "INIT",
  data_exchange: "data_exchange",
  back: "BACK",
  ping: "ping",
  "error-notification": "error_notification",
} as const satisfies Record<FlowRequest["kind"], ExchangeReport["action"]>;

/** Answers one POST. Never rejects. */
export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>;

export function createExchange(deps: ExchangeDependencies): Exchange {
  const dataExchange = createDataExchange(deps);
  return async (request) => {
    const startedMs = deps.elapsedMs();
    const report = emptyReport();
    const answer = await run(deps, dataExchange, request, report).catch((error: unknown) =>
      refuse(error, report),
    );
    deps.observer.answered(report, answer.status, deps.elapsedMs() - startedMs);
    return answer;
  };
}

async function run(
  deps: ExchangeDependencies,
  dataExchange: DataExchange,
  request: ExchangeRequest,
  report: ExchangeReport,
): Promise<ExchangeAnswer> {
  assertSigned(deps, request);
  const flow = findFlow(deps, request.flowName);
  report.flow = flow.name;
  const { answer, replayed } = await deps.replays.answerOnce(request.body, flow.name, async () => {
    const envelope = parseEnvelope(request.body);
    const opened = await deps.admission.run(request.body.length, () =>
      openEnvelope(envelope, deps.account.keys),
    );
    const flowRequest = parseRequest(opened.clearText);
    report.action = ACTIONS[flowRequest.kind];
    if (flowRequest.kind !== "ping") deps.replays.assertRoom();
    const clear = await respond(deps, dataExchange, flow, flowRequest, request, report);
    return {
      answer: { status: clear.status, body: opened.seal(clear.clearText) },
      // The answer to a ping never differs, so there is nothing to hold on to.
      remember: flowRequest.kind !== "ping",
    };
  });
  report.replayed = replayed;
  return answer;
}

function assertSigned(deps: ExchangeDependencies, request: ExchangeRequest): void {
  const verdict = verifySignature(request.signature, request.body, deps.account.appSecrets);
  if (verdict !== "valid")
    throw new EndpointError("BAD_SIGNATURE", `the signature does not verify: ${verdict}`);
}

function findFlow(deps: ExchangeDependencies, name: string): LoadedFlow {
  const flow = deps.flows.get(name);
  if (flow === undefined) throw new EndpointError("UNKNOWN_FLOW", "no handler has this name");
  return flow;
}

async function respond(
  deps: ExchangeDependencies,
  dataExchange: DataExchange,
  flow: LoadedFlow,
  flowRequest: FlowRequest,
  request: ExchangeRequest,
  report: ExchangeReport,
): Promise<ClearAnswer> {
  switch (flowRequest.kind) {
    case "ping":
      return { status: 200, clearText: encodePing() };
    case "error-notification":
      deps.observer.clientError(flow.name, documentedErrorKey(flowRequest.errorKey));
      return { status: 200, clearText: encodeAcknowledgement() };
    case "init":
    case "data_exchange":
    case "back":
      return dataExchange(flow, flowRequest, request, report);
  }
}

function emptyReport(): ExchangeReport {
  return {
    flow: "unknown",
    action: "unknown",
    screen: null,
    fault: null,
    reason: null,
    cause: null,
    replayed: false,
  };
}

function refuse(error: unknown, report: ExchangeReport): ExchangeAnswer {
  if (error instanceof EndpointError) {
    report.fault = error.code;
    report.reason ??= error.message;
    report.cause ??= error.cause ?? null;
    return { status: FAULTS[error.code].status, body: "" };
  }
  report.fault = "HANDLER_FAILED";
  report.cause = error;
  return { status: 500, body: "" };
}
