// Sends a phone's requests to an endpoint as Meta's servers would, and does with statuses what WhatsApp does: a 421
// fetches the public key anew and tries once more, a 427 ends the message, anything else but 200 is an error.

import { randomBytes } from "node:crypto";
import { postSigned, type SignedPost, type TlsTrust } from "../../player/post-signed.ts";
import { explainSilence, explainStatus } from "./explain-answer.ts";
import { createForeignKey, importPublicKey, type PublicKey, sealRequest } from "./phone-crypto.ts";

/** What can be made to go wrong on the phone's side. */
export const FAULT_NAMES = [
  "bad-signature",
  "wrong-key",
  "bad-tag",
  "missing-token",
  "replay",
  "slow",
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

export type TransportOptions = {
  /** Of one flow: `…/flows/<flow>`. */
  readonly endpointUrl: string;
  readonly publicKeyPem: string;
  readonly appSecret: string;
  /** What to trust beside the usual authorities; empty for nothing. */
  readonly tls: TlsTrust;
  readonly fault: FaultName | null;
  readonly elapsedMs: () => number;
};

/** One HTTP exchange, for the report. */
export type ExchangeRecord = {
  readonly action: string;
  readonly screen: string | null;
  /** 0 where no HTTP answer came. */
  readonly status: number;
  readonly ms: number;
};

export type TransportAnswer =
  /** `traceId` is in every line that the server logs about the request. */
  | { readonly kind: "answer"; readonly clear: unknown; readonly traceId: string }
  | { readonly kind: "expired"; readonly message: string }
  | { readonly kind: "failed"; readonly status: number; readonly reason: string };

/** Meta, "Error codes": the client gives up after 10 seconds. */
const TIMEOUT_MS = 10_000;

export interface Transport {
  send(clear: Readonly<Record<string, unknown>>): Promise<TransportAnswer>;
  readonly records: readonly ExchangeRecord[];
}

export async function createTransport(options: TransportOptions): Promise<Transport> {
  const { fault } = options;
  const currentKey = await importPublicKey(options.publicKeyPem);
  let knownKey = fault === "wrong-key" ? await createForeignKey() : currentKey;
  const records: ExchangeRecord[] = [];

  const post = async (clear: Readonly<Record<string, unknown>>): Promise<TransportAnswer> => {
    const { answer, record } = await exchange(options, clear, knownKey);
    records.push(record);
    return answer;
  };

  return {
    records,
    send: async (clear) => {
      const sent = fault === "missing-token" ? withoutToken(clear) : clear;
      const first = await post(sent);
      if (first.kind !== "failed" || first.status !== 421) return first;
      knownKey = currentKey;
      return post(sent);
    },
  };
}

async function exchange(
  options: TransportOptions,
  clear: Readonly<Record<string, unknown>>,
  publicKey: PublicKey,
): Promise<{ readonly answer: TransportAnswer; readonly record: ExchangeRecord }> {
  const { fault, elapsedMs } = options;
  const sealed = await sealRequest(JSON.stringify(clear), publicKey);
  const body = fault === "bad-tag" ? withBrokenTag(sealed.body) : sealed.body;
  const traceId = randomBytes(16).toString("hex");
  const startedMs = elapsedMs();
  const recordOf = (status: number): ExchangeRecord => ({
    action: String(clear["action"]),
    screen: typeof clear["screen"] === "string" && clear["screen"] !== "" ? clear["screen"] : null,
    status,
    ms: Math.round((elapsedMs() - startedMs) * 10) / 10,
  });
  try {
    const post: SignedPost = {
      url: new URL(options.endpointUrl),
      body: Buffer.from(body),
      appSecret: fault === "bad-signature" ? `not ${options.appSecret}` : options.appSecret,
      tls: options.tls,
      limitMs: TIMEOUT_MS,
      // No client of WhatsApp sends it: the server's log lines are found by it.
      headers: { traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01` },
      ...(fault === "slow" ? { pace: "slow" } : {}),
    };
    const response = await postSigned(post);
    const record = recordOf(response.status);
    if (fault === "replay") {
      const again = await postSigned(post);
      if (again.status !== response.status || again.body !== response.body) {
        return { answer: failed(again.status, "the same bytes were answered differently"), record };
      }
    }
    if (response.status === PROVOKED[fault ?? ""]) {
      const provoked = `the endpoint answered ${response.status}, as it should to ${fault}`;
      return { answer: failed(response.status, provoked), record };
    }
    return { answer: await readAnswer(response, sealed.openAnswer, traceId), record };
  } catch (error) {
    const reason = explainSilence(error, options.endpointUrl, traceId);
    return { answer: failed(0, reason), record: recordOf(0) };
  }
}

/** What a fault is answered with for good. */
const PROVOKED: Readonly<Record<string, number>> = { "bad-signature": 432, "bad-tag": 421 };

async function readAnswer(
  response: HttpAnswer,
  openAnswer: (base64: string) => Promise<string>,
  traceId: string,
): Promise<TransportAnswer> {
  const { status, body } = response;
  if (status !== 200 && status !== 427) return failed(status, explainStatus(status, traceId));
  if (status === 427 && body === "") return { kind: "expired", message: "" };
  let clear: unknown;
  try {
    clear = JSON.parse(await openAnswer(body));
  } catch {
    return failed(status, "the answer could not be decrypted");
  }
  if (status === 200) return { kind: "answer", clear, traceId };
  return { kind: "expired", message: errorTextOf(clear) };
}

function errorTextOf(clear: unknown): string {
  if (typeof clear !== "object" || clear === null || !("error_msg" in clear)) return "";
  return typeof clear.error_msg === "string" ? clear.error_msg : "";
}

type HttpAnswer = { readonly status: number; readonly body: string };

function withBrokenTag(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  // Written by `sealRequest`: an object of three strings.
  const envelope = JSON.parse(new TextDecoder().decode(body)) as Record<
    "encrypted_flow_data",
    string
  >;
  const flowData = Buffer.from(envelope.encrypted_flow_data, "base64");
  flowData.writeUInt8(flowData.readUInt8(flowData.length - 1) ^ 1, flowData.length - 1);
  return new TextEncoder().encode(
    JSON.stringify({ ...envelope, encrypted_flow_data: flowData.toString("base64") }),
  );
}

function withoutToken(clear: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { flow_token: _dropped, ...rest } = clear;
  return rest;
}

function failed(status: number, reason: string): TransportAnswer {
  return { kind: "failed", status, reason };
}
