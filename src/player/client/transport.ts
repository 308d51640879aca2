// Carries the phone's requests to the endpoint through the relay, and does with statuses what WhatsApp
// does: a 421 fetches the public key anew and tries once more, a 427 ends the message.

import { isJsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import type { DataExchangeRequest } from "../../phone/phone-state.ts";
import type { RelayFault, RelayResponse } from "../api.ts";
import { nowMs } from "./browser-clock.ts";
import {
  createForeignKey,
  importPublicKey,
  type SealedRequest,
  sealRequest,
  tamperWith,
} from "./envelope.ts";
import type { Exchange, Verdict } from "./exchange.ts";
import type { FaultName, Faults } from "./faults.ts";
import type { PlayerApi } from "./player-api.ts";

export type TransportOutcome =
  | { readonly kind: "answer"; readonly clear: JsonValue }
  | { readonly kind: "expired"; readonly message: string }
  | { readonly kind: "failed"; readonly status: number }
  | { readonly kind: "undecryptable" }
  | {
      readonly kind: "unanswered";
      readonly error: "timeout_error" | "no_http_response_error";
    };

export type TransportParts = {
  readonly api: PlayerApi;
  readonly flow: string;
  /** Told of every exchange when it starts and when it ends, under the same id. */
  readonly record: (exchange: Exchange) => void;
  readonly judge: (
    request: DataExchangeRequest,
    status: number,
    clear: JsonValue | undefined,
  ) => Verdict;
};

export interface Transport {
  send(
    request: DataExchangeRequest,
    cause: Exchange["cause"],
    faults: Faults,
  ): Promise<TransportOutcome>;
  /** The very bytes of an earlier request. */
  sendBytesAgain(exchange: Exchange): Promise<TransportOutcome>;
}

/** Meta, "Error codes": the client gives up after 10 seconds. */
const TIMEOUT_MS = 10_000;

let lastId = 0;

export function createTransport(parts: TransportParts): Transport {
  let publicKey: CryptoKey | null = null;

  const currentKey = async (): Promise<CryptoKey> => {
    publicKey ??= await importPublicKey((await parts.api.flow(parts.flow)).publicKey);
    return publicKey;
  };

  return {
    async send(request, cause, faults) {
      const sent = faults.has("expired-token") ? await withExpiredToken(parts, request) : request;
      const key = faults.has("wrong-key") ? await createForeignKey() : await currentKey();
      const start = { request: sent, cause, faults: [...faults] };
      const first = await carry(parts, { ...start, sealed: await seal(sent, key) }, faults);
      if (first.outcome.kind !== "failed" || first.outcome.status !== 421) return first.outcome;
      publicKey = null;
      const again = await seal(sent, await currentKey());
      const second = await carry(parts, { ...start, sealed: again }, without(faults, "wrong-key"));
      parts.record({
        ...first.exchange,
        note: `421: the public key was fetched anew, and the request sent again as #${second.exchange.id}`,
      });
      return second.outcome;
    },
    async sendBytesAgain({ request, sealed }) {
      const start = { request, sealed, cause: "replay", faults: [] } as const;
      return (await carry(parts, start, new Set())).outcome;
    },
  };
}

function seal(request: DataExchangeRequest, key: CryptoKey): Promise<SealedRequest> {
  return sealRequest(JSON.stringify(request), key);
}

type Start = Pick<Exchange, "request" | "sealed" | "cause" | "faults">;
type Carried = { readonly exchange: Exchange; readonly outcome: TransportOutcome };

async function carry(parts: TransportParts, start: Start, faults: Faults): Promise<Carried> {
  if (!faults.has("duplicate")) return carryOnce(parts, start, faults);
  const [first, second] = await Promise.all([
    carryOnce(parts, start, faults),
    carryOnce(parts, start, faults),
  ]);
  const isSame = bodyOf(first.exchange) === bodyOf(second.exchange);
  const answer = isSame ? "answered with the same bytes" : "ANSWERED DIFFERENTLY";
  const note = `the same bytes as #${first.exchange.id}, ${answer}`;
  parts.record({ ...second.exchange, note });
  return first;
}

async function carryOnce(parts: TransportParts, start: Start, faults: Faults): Promise<Carried> {
  lastId += 1;
  const begun: Exchange = {
    ...start,
    id: lastId,
    startedMs: nowMs(),
    faults: [...faults],
    state: { kind: "under-way" },
    note: null,
  };
  parts.record(begun);
  const relayed = await relay(parts, start.sealed.body, faults);
  if (relayed.kind === "lost") {
    const exchange: Exchange = {
      ...begun,
      state: { kind: "unanswered", reason: relayed.reason, ms: relayed.ms },
    };
    parts.record(exchange);
    return { exchange, outcome: { kind: "unanswered", error: relayed.error } };
  }
  const { status, response } = relayed;
  const body = faults.has("tamper") ? tamperWith(response.body) : response.body;
  const opened = await openAnswer(start.sealed, body);
  const clear = faults.has("unknown-screen") ? withUnknownScreen(opened) : opened;
  const exchange: Exchange = {
    ...begun,
    state: {
      kind: "answered",
      status,
      ms: response.ms,
      body,
      clear,
      verdict: parts.judge(start.request, status, clear),
      log: response.log,
    },
  };
  parts.record(exchange);
  return { exchange, outcome: outcomeOf(status, body, clear) };
}

type Relayed =
  | { readonly kind: "answered"; readonly status: number; readonly response: RelayResponse }
  | {
      readonly kind: "lost";
      readonly error: "timeout_error" | "no_http_response_error";
      readonly reason: string;
      readonly ms: number | null;
    };

async function relay(
  { api, flow }: TransportParts,
  body: string,
  faults: Faults,
): Promise<Relayed> {
  const fault = RELAY_FAULTS.find((name) => faults.has(name)) ?? null;
  try {
    const response = await api.relay(flow, { body, fault }, AbortSignal.timeout(TIMEOUT_MS));
    if (response.status !== null) return { kind: "answered", status: response.status, response };
    const reason = "the connection was dropped";
    return { kind: "lost", error: "no_http_response_error", reason, ms: response.ms };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      const reason = "no answer within 10 seconds; the phone gave up";
      return { kind: "lost", error: "timeout_error", reason, ms: TIMEOUT_MS };
    }
    const reason = "the development server could not be reached";
    return { kind: "lost", error: "no_http_response_error", reason, ms: null };
  }
}

const RELAY_FAULTS = [
  "bad-signature",
  "drop-connection",
  "slow-handler",
  "no-answer",
  "slow-network",
] as const satisfies readonly (RelayFault & FaultName)[];

async function openAnswer(sealed: SealedRequest, body: string): Promise<JsonValue | undefined> {
  if (body === "") return undefined;
  try {
    // Whatever JSON.parse returns is by its definition a JsonValue.
    return JSON.parse(await sealed.openAnswer(body)) as JsonValue;
  } catch {
    // Not decrypted, or no JSON: for a phone it is the same.
    return undefined;
  }
}

/** Our endpoint lets no such answer out, so it is made here. */
function withUnknownScreen(clear: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(clear) ? { ...clear, screen: "NO_SUCH_SCREEN" } : clear;
}

function outcomeOf(status: number, body: string, clear: JsonValue | undefined): TransportOutcome {
  if (status === 200) {
    return clear === undefined ? { kind: "undecryptable" } : { kind: "answer", clear };
  }
  if (status !== 427) return { kind: "failed", status };
  if (body !== "" && clear === undefined) return { kind: "undecryptable" };
  const message = isJsonObject(clear) ? clear["error_msg"] : "";
  return { kind: "expired", message: typeof message === "string" ? message : "" };
}

async function withExpiredToken(
  { api, flow }: TransportParts,
  request: DataExchangeRequest,
): Promise<DataExchangeRequest> {
  const { flowToken } = await api.openMessage(flow, { claims: {}, ttlSeconds: 0 });
  return { ...request, flow_token: flowToken };
}

function bodyOf({ state }: Exchange): string | null {
  return state.kind === "answered" ? `${state.status} ${state.body}` : null;
}

function without(faults: Faults, name: FaultName): Faults {
  return new Set([...faults].filter((each) => each !== name));
}
