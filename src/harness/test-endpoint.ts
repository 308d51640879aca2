// The endpoint of the flow under test, by the server's own code from the clear text of a request to the clear text of
// its answer: token policy, screen, input, handler, outcome, size. What is left out is the wire: signature, encryption,
// repetition. And where the server would save the user with a fallback, a test is told what went wrong.

import { createDataExchange } from "../endpoint/data-exchange.ts";
import { Admission } from "../endpoint/admission.ts";
import { LastData } from "../endpoint/last-data.ts";
import type { ExchangeDependencies, ExchangeReport, FlowTokenReader } from "../endpoint/ports.ts";
import { ReplayMemory } from "../endpoint/replay-memory.ts";
import { asText } from "../flow-json/evaluate.ts";
import { isJsonObject, type JsonObject } from "../flow-json/json-value.ts";
import type { Effects } from "../flows/effects.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Clock, Log } from "../flows/services.ts";
import type { DataExchangeRequest } from "../phone/phone-state.ts";
import { EndpointError, FAULTS, type FaultCode } from "../protocol/faults.ts";
import { importSecret } from "../protocol/hs256.ts";
import { parseRequest } from "../protocol/request.ts";
import { HarnessError } from "./harness-error.ts";

/** What the endpoint said to one request. */
export type TestAnswer =
  | {
      readonly kind: "screen";
      readonly screen: string;
      readonly data: JsonObject;
      readonly errorMessage: string | null;
    }
  /** Without the flow token. */
  | { readonly kind: "final"; readonly params: JsonObject }
  | { readonly kind: "expired"; readonly message: string };

/** The same, as it is sent. */
export type ClearResponse =
  | { readonly status: 200; readonly body: JsonObject }
  | { readonly status: 427; readonly message: string };

export interface TestEndpoint {
  /** @throws HarnessError with the fault that the server would have met */
  send(request: DataExchangeRequest): Promise<ClearResponse>;
}

export type TestEndpointParts = {
  readonly flow: LoadedFlow;
  readonly tokens: FlowTokenReader;
  readonly tokenPolicy: "signed" | "any";
  readonly effects: Effects;
  readonly clock: Clock;
  readonly log: Log;
};

export const ACCOUNT = "main";

/** No limit: how long something takes in a test says nothing about a server. The longest that a timer can wait. */
export const NO_LIMIT_MS = 2 ** 31 - 1;

const APP_SECRET = "the app secret of a test";

export function createTestEndpoint(parts: TestEndpointParts): TestEndpoint {
  const { deadlineMs: _, ...options } = parts.flow.options;
  const flow = { ...parts.flow, options };
  const dataExchange = createDataExchange(dependenciesOf(parts));
  return {
    async send(request) {
      const report = emptyReport(flow);
      try {
        const parsed = parseRequest(Buffer.from(JSON.stringify(await sign(request))));
        if (parsed.kind === "ping" || parsed.kind === "error-notification") {
          throw new EndpointError(
            "BAD_REQUEST",
            "the payload reads as an error notification, which no handler sees; rename its keys",
          );
        }
        const received = {
          flowName: flow.name,
          body: Buffer.alloc(0),
          signature: undefined,
          withinRate: async () => true,
        };
        const answer = await dataExchange(flow, parsed, received, report);
        assertNoFallback(request, report);
        return readAnswer(answer.status, answer.clearText);
      } catch (error) {
        if (!(error instanceof EndpointError)) throw error;
        // Where there is no fallback either, the report still knows the first cause.
        throw faultError(request, report.fault ?? error.code, report, report.cause ?? error);
      }
    },
  };
}

export function toTestAnswer(response: ClearResponse): TestAnswer {
  if (response.status === 427) return { kind: "expired", message: response.message };
  // The server's own encoders wrote it: always a screen, and data as an object.
  const { screen, data } = response.body as { readonly screen: string; readonly data: JsonObject };
  const { extension_message_response: extension, error_message: message, ...rest } = data;
  if (isJsonObject(extension) && isJsonObject(extension["params"])) {
    const { flow_token: _, ...params } = extension["params"];
    return { kind: "final", params };
  }
  const errorMessage = typeof message === "string" ? message : null;
  return { kind: "screen", screen, data: rest, errorMessage };
}

/** From data API 4.0 on, WhatsApp signs the token that it delivers. */
async function sign(request: DataExchangeRequest): Promise<object> {
  if (request.version === "3.0") return request;
  const payload = { flow_token: request.flow_token };
  return { ...request, flow_token_signature: importSecret(APP_SECRET).sign(payload) };
}

function assertNoFallback(request: DataExchangeRequest, report: ExchangeReport): void {
  const { fault, cause } = report;
  // A refused token ends the message, on the phone as here.
  if (fault === null || FAULTS[fault].status === 427) return;
  throw faultError(request, fault, report, cause);
}

function faultError(
  { action, screen }: DataExchangeRequest,
  fault: FaultCode,
  { reason }: ExchangeReport,
  cause: unknown,
): HarnessError {
  const where = action === "INIT" ? "INIT" : screen;
  const why = reason ?? (cause instanceof Error ? cause.message : String(cause));
  const what = {
    HANDLER_FAILED: `${where}: the handler threw: ${why}`,
    OUTCOME_REFUSED: `${where}: the handler's answer cannot be sent: ${why}`,
    INPUT_REFUSED: `${where}: what is sent does not fit the contract: ${why}`,
  };
  const message = Object.hasOwn(what, fault)
    ? what[fault as keyof typeof what]
    : `${where}: ${why}`;
  return new HarnessError(fault, message, { cause });
}

function readAnswer(status: 200 | 427, clearText: string): ClearResponse {
  // The server's own encoders write nothing but objects.
  const body = JSON.parse(clearText) as JsonObject;
  return status === 200 ? { status, body } : { status, message: asText(body["error_msg"]) };
}

function dependenciesOf(parts: TestEndpointParts): ExchangeDependencies {
  const { flow, clock } = parts;
  const elapsedMs = (): number => clock.now().getTime();
  return {
    ...parts,
    account: {
      id: ACCOUNT,
      appSecrets: [APP_SECRET],
      verifyToken: "",
      keys: { unwrap: () => Promise.resolve(null) },
    },
    flows: new Map([[flow.name, flow]]),
    deadlineMs: NO_LIMIT_MS,
    seenTokens: { saw() {} },
    // The wire's, of which there is none.
    replays: new ReplayMemory({ elapsedMs }),
    admission: new Admission({ slots: 4, elapsedMs }),
    observer: { answered() {}, clientError() {} },
    lastData: new LastData({ elapsedMs }),
    elapsedMs,
  };
}

function emptyReport(flow: LoadedFlow): ExchangeReport {
  return {
    flow: flow.name,
    action: "unknown",
    screen: null,
    fault: null,
    reason: null,
    cause: null,
    replayed: false,
  };
}
