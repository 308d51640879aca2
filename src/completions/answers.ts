// What a user answered, out of the message that brought it. The text was written by a device that may not be a WhatsApp
// client at all: it is parsed under limits and believed nowhere.

import { parseBoundedJson } from "../protocol/bounded-json.ts";
import { type JsonObject, objectOrNull } from "../protocol/json-object.ts";

export type Answers = {
  /** As it came. */
  readonly text: string;
  /** The same as an object, `flow_token` included; `null` where it is none. */
  readonly response: JsonObject | null;
};

/** @param message  a response message as JSON text; as stored, so known to be JSON */
export function readAnswers(message: string): Answers {
  const interactive = objectOrNull(objectOrNull(JSON.parse(message))?.["interactive"]);
  const responseJson = objectOrNull(interactive?.["nfm_reply"])?.["response_json"];
  if (typeof responseJson !== "string") return { text: message, response: null };
  const json = parseBoundedJson(new TextEncoder().encode(responseJson));
  return {
    text: responseJson,
    response: json.kind === "parsed" ? objectOrNull(json.value) : null,
  };
}

/** Keys that WhatsApp adds to what the flow sent. */
const ADDED_KEYS = new Set(["flow_token", "wa_flow_response_params"]);

/** What the flow sent. */
export function withoutAddedKeys(response: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(response).filter(([key]) => !ADDED_KEYS.has(key)));
}
