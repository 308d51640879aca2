// An endpoint's clear answer as a client checks it: its form, then whether the routing model allows
// the screen, then whether the data fit the screen's model.
// Source: observed in Meta's web client, August 2026.

import type { FlowJsonDocument } from "../flow-json/document.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../flow-json/json-value.ts";
import { deriveRoutes } from "../flow-json/routes.ts";
import { findMismatch } from "./check-data.ts";
import type { Failure } from "./phone-state.ts";

export type ResponseVerdict =
  /** `params` is `null` when no message is to reach the chat. */
  | { readonly kind: "final"; readonly params: JsonObject | null }
  | {
      readonly kind: "screen";
      readonly screen: string;
      readonly data: JsonObject;
      readonly message: string | null;
    }
  | { readonly kind: "refused"; readonly error: Failure["error"]; readonly detail: string };

/** @param from the screen the request came from; `null` for INIT */
export function checkResponse(
  document: FlowJsonDocument,
  from: string | null,
  response: unknown,
): ResponseVerdict {
  if (!isJsonObject(response)) return refused("invalid-response", "the answer is not an object");
  const { screen, data: given } = response;
  if (typeof screen !== "string") return refused("invalid-response", "screen is not a string");
  const data = given ?? {};
  if (!isJsonObject(data)) return refused("invalid-response", "data is not an object");
  const { error_message: message, extension_message_response: extension, ...rest } = data;
  if (message !== undefined && typeof message !== "string") {
    return refused("invalid-response", "data.error_message is not a string");
  }
  const params = readParams(extension);
  if (params === undefined) {
    return refused("invalid-response", "data.extension_message_response holds no params object");
  }

  if (screen === "SUCCESS") return { kind: "final", params };
  const transition = findWrongTransition(document, from, screen);
  if (transition !== null) return refused("invalid-screen-transition", transition);
  const mismatch = findWrongData(document, screen, rest);
  if (mismatch !== null) return refused("payload-schema-error", mismatch);
  return { kind: "screen", screen, data: rest, message: message === "" ? null : (message ?? null) };
}

/** `null` where there are none, `undefined` where they are not what they should be. */
function readParams(extension: JsonValue | undefined): JsonObject | null | undefined {
  if (extension === undefined) return null;
  if (!isJsonObject(extension)) return undefined;
  const params = extension["params"];
  if (params === undefined) return null;
  return isJsonObject(params) ? params : undefined;
}

function findWrongTransition(
  document: FlowJsonDocument,
  from: string | null,
  to: string,
): string | null {
  // A declared model counts as it stands: a terminal screen left out of it cannot be reached.
  const routes = document.routingModel ?? deriveRoutes(document);
  if (!routes.has(to) || document.screen(to) === undefined) {
    return `${to} is no key of the routing model`;
  }
  if (from === null) {
    const isEntry = ![...routes.values()].some((targets) => targets.includes(to));
    return isEntry ? null : `${to} is not an entry screen`;
  }
  const isJoined =
    to === from ||
    routes.get(from)?.includes(to) === true ||
    routes.get(to)?.includes(from) === true;
  return isJoined ? null : `no route joins ${from} and ${to}`;
}

function findWrongData(document: FlowJsonDocument, id: string, data: JsonObject): string | null {
  const screen = document.screen(id);
  if (screen === undefined) return null;
  if (screen.data !== null) return findMismatch(screen.model, data, ["data"]);
  const [extra] = Object.keys(data);
  return extra === undefined ? null : `data.${extra} is sent, but ${id} declares no data`;
}

function refused(error: Failure["error"], detail: string): ResponseVerdict {
  return { kind: "refused", error, detail };
}
