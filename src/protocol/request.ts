// What a decrypted request says: parsed once, here, into a union that the rest of the endpoint can
// trust. It reads only the fields Meta documents, ignores others, and never judges a token.

import { parseBoundedJson } from "./bounded-json.ts";
import { EndpointError } from "./faults.ts";

export { documentedErrorKey } from "./error-key.ts";

/** `data`, `screen` and tokens are the user's to forge; nothing here is verified yet. */
export type FlowRequest =
  | { readonly kind: "ping" }
  | {
      readonly kind: "error-notification";
      readonly action: string | null;
      readonly screen: string | null;
      readonly errorKey: string | null;
      readonly flowToken: string | null;
    }
  | DataExchangeRequest;

/** A request that a handler answers. `kind` is Meta's action in lower case. */
export type DataExchangeRequest = {
  readonly kind: "init" | "data_exchange" | "back";
  readonly version: string | null;
  readonly screen: string | null;
  /** Has no prototype, so that every key found in it was sent. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly flowToken: string | null;
  readonly flowTokenSignature: string | null;
};

type JsonObject = Readonly<Record<string, unknown>>;

const KINDS: ReadonlyMap<unknown, DataExchangeRequest["kind"]> = new Map([
  ["INIT", "init"],
  ["data_exchange", "data_exchange"],
  ["BACK", "back"],
] as const);

const NOTIFICATION_KEYS = new Set(["error", "error_key", "error_message"]);

/**
 * Parses the clear text of an envelope.
 *
 * An error notification carries the action of the exchange that failed, so it is recognised first,
 * by its data; then the ping; then the action decides. `version` never matters: error notifications
 * were observed to carry an internal form of it.
 *
 * @throws EndpointError `BAD_REQUEST` if it is not a JSON object within the limits, or a
 *   data_exchange whose `data` is not an object; `UNKNOWN_ACTION`
 * @see Meta, "Implement endpoints for Flows"
 */
export function parseRequest(clearText: Uint8Array): FlowRequest {
  const json = parseBoundedJson(clearText);
  if (json.kind === "refused") {
    throw new EndpointError("BAD_REQUEST", `the decrypted request ${json.reason}`);
  }
  // None of the names read below is one that every object inherits.
  const fields = json.value;
  if (!isObject(fields)) {
    throw new EndpointError("BAD_REQUEST", "the decrypted request is not a JSON object");
  }

  const data = isObject(fields["data"]) ? withoutPrototype(fields["data"]) : null;
  if (data !== null && isErrorNotification(data)) {
    return {
      kind: "error-notification",
      action: textOrNull(fields["action"]),
      screen: textOrNull(fields["screen"]),
      errorKey: textOrNull(data["error"]) ?? textOrNull(data["error_key"]),
      flowToken: parseFlowToken(fields["flow_token"]),
    };
  }
  if (fields["action"] === "ping") return { kind: "ping" };

  const kind = KINDS.get(fields["action"]);
  if (kind === undefined) {
    throw new EndpointError("UNKNOWN_ACTION", "the request has an unknown action");
  }
  return {
    kind,
    version: parseVersion(fields["version"]),
    screen: textOrNull(fields["screen"]),
    data: data ?? emptyData(kind, fields["data"]),
    flowToken: parseFlowToken(fields["flow_token"]),
    flowTokenSignature: textOrNull(fields["flow_token_signature"]),
  };
}

/**
 * Reads a flow token field: `null` for what is no token, which is anything but text, empty text,
 * and `unused`, which Meta puts in when a message was sent without one.
 */
export function parseFlowToken(value: unknown): string | null {
  return value === "unused" ? null : textOrNull(value);
}

/** A form may well have a field called `error`: only these keys and no others make a notification. */
function isErrorNotification(data: JsonObject): boolean {
  const isNamed = typeof data["error"] === "string" || typeof data["error_key"] === "string";
  return isNamed && Object.keys(data).every((key) => NOTIFICATION_KEYS.has(key));
}

/**
 * The data of a request that sent no object. INIT and BACK hand their data to nobody, and Meta says
 * that it "may not be populated", so nothing there is worth refusing; an exchange is about its data.
 */
function emptyData(kind: DataExchangeRequest["kind"], value: unknown): JsonObject {
  if (kind === "data_exchange" && value !== undefined && value !== null) {
    throw new EndpointError("BAD_REQUEST", "the data of a data_exchange is not a JSON object");
  }
  return withoutPrototype({});
}

/** Of what JSON.parse makes, an object that is no array has string keys and nothing else. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object itself: nobody else holds it, and a copy of it would be several times slower to read. */
function withoutPrototype(value: JsonObject): JsonObject {
  return Object.setPrototypeOf(value, null) as JsonObject;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function parseVersion(value: unknown): string | null {
  return typeof value === "number" ? String(value) : textOrNull(value);
}
