// What a webhook POST says: parsed into items that can each be stored or passed over on its own, so that one odd change
// among a thousand costs nothing but itself. Nothing is refused here: the sender was verified, so what cannot be read
// is kept for people to look at.

import { createHash } from "node:crypto";
import { parseBoundedJson } from "./bounded-json.ts";
import { parseFlowToken } from "./request.ts";

/** A response message: the user finished a flow. */
export type ResponseMessage = {
  readonly kind: "response-message";
  /** Meta's wamid, or the hash of the message where it has none of use. */
  readonly messageId: string;
  /** Business-scoped user id, from 2026 on. */
  readonly userId: string | null;
  /** Absent for users who go by a username. */
  readonly phone: string | null;
  /** Wamid of the flow message that was answered. */
  readonly contextMessageId: string | null;
  /** As written by the client; `null` where there was none to read. */
  readonly flowToken: string | null;
  /** `response_json` exactly as it came; `null` unless it was text. */
  readonly responseText: string | null;
  /** The whole message as JSON text, control characters and lone surrogates escaped. */
  readonly messageJson: string;
};

/** An event of the `flows` field: Meta's own alerts about a flow. */
export type FlowEvent = {
  readonly kind: "flow-event";
  /** The same for every delivery of one event. */
  readonly eventKey: string;
  readonly event: string;
  readonly flowId: string | null;
  readonly eventJson: string;
};

export type NotificationItem =
  | ResponseMessage
  | FlowEvent
  /** Of no concern to flows: other messages, statuses, other fields. */
  | { readonly kind: "passed-over"; readonly what: "message" | "status" | "field" }
  /** Signed, but not as documented. */
  | { readonly kind: "unreadable"; readonly reason: string; readonly bytes: Uint8Array };

type JsonObject = Readonly<Record<string, unknown>>;

/** A POST holds up to 1,000 changes and 3 MB: Meta, "Webhooks" (Cloud API). */
const LIMITS = { maxDepth: 64, maxKeys: 500_000 };

/** A wamid is about 60 characters; whatever is far longer is none. */
const MAX_MESSAGE_ID_LENGTH = 256;

/**
 * Parses a webhook POST. Never throws.
 *
 * @param body  the bytes received, signature already verified
 * @see Meta, "Webhooks" and "Flows Webhooks"
 */
export function parseNotification(body: Uint8Array): readonly NotificationItem[] {
  const json = parseBoundedJson(body, { limits: LIMITS });
  if (json.kind === "refused") return [unreadable(`the notification ${json.reason}`, body)];
  const root = objectOrNull(json.value);
  if (root?.["object"] !== "whatsapp_business_account") {
    return [unreadable("the notification is of another object", body)];
  }
  const entries = root["entry"];
  if (!Array.isArray(entries) || entries.length === 0) {
    return [unreadable("the notification has no entry", body)];
  }
  return entries.flatMap(parseEntry);
}

function parseEntry(value: unknown): readonly NotificationItem[] {
  const entry = objectOrNull(value);
  const changes = entry?.["changes"];
  if (entry === null || !Array.isArray(changes)) {
    return [unreadableJson("an entry has no changes", value)];
  }
  return changes.flatMap((change: unknown) => parseChange(entry, change));
}

function parseChange(entry: JsonObject, value: unknown): readonly NotificationItem[] {
  const change = objectOrNull(value);
  const content = objectOrNull(change?.["value"]);
  if (change === null || content === null) {
    return [unreadableJson("a change has no value", value)];
  }
  switch (change["field"]) {
    case "messages":
      return [...parseMessages(content), ...parseStatuses(content)];
    case "flows":
      return [parseFlowEvent(entry, content)];
    default:
      return [{ kind: "passed-over", what: "field" }];
  }
}

function parseMessages(content: JsonObject): readonly NotificationItem[] {
  const messages = content["messages"];
  if (messages === undefined) return [];
  if (!Array.isArray(messages)) return [unreadableJson("messages is not a list", messages)];
  return messages.map((message: unknown) => parseMessage(content, message));
}

function parseStatuses(content: JsonObject): readonly NotificationItem[] {
  const statuses = content["statuses"];
  if (!Array.isArray(statuses)) return [];
  return statuses.map(() => ({ kind: "passed-over", what: "status" }));
}

function parseMessage(content: JsonObject, value: unknown): NotificationItem {
  const message = objectOrNull(value);
  if (message === null) return unreadableJson("a message is not an object", value);
  const interactive = objectOrNull(message["interactive"]);
  const reply = objectOrNull(interactive?.["nfm_reply"]);
  const isFlowReply =
    message["type"] === "interactive" &&
    interactive?.["type"] === "nfm_reply" &&
    reply?.["name"] === "flow";
  if (!isFlowReply) return { kind: "passed-over", what: "message" };
  const messageJson = JSON.stringify(message);
  const responseText = textOrNull(reply["response_json"]);
  const contact = contactOf(content, message);
  return {
    kind: "response-message",
    messageId: messageIdOf(message["id"], messageJson),
    userId: textOrNull(message["from_user_id"]) ?? textOrNull(contact?.["user_id"]),
    phone: textOrNull(message["from"]) ?? textOrNull(contact?.["wa_id"]),
    contextMessageId: textOrNull(objectOrNull(message["context"])?.["id"]),
    flowToken: flowTokenOf(responseText),
    responseText,
    messageJson,
  };
}

/** The contact that sent a message; with one contact there is no doubt, with several the ids decide. */
function contactOf(content: JsonObject, message: JsonObject): JsonObject | null {
  const list = content["contacts"];
  const contacts = Array.isArray(list) ? list.map(objectOrNull) : [];
  const sender = contacts.find(
    (contact) =>
      (message["from"] !== undefined && contact?.["wa_id"] === message["from"]) ||
      (message["from_user_id"] !== undefined && contact?.["user_id"] === message["from_user_id"]),
  );
  return sender ?? (contacts.length === 1 ? (contacts[0] ?? null) : null);
}

function messageIdOf(id: unknown, messageJson: string): string {
  const isUsable = typeof id === "string" && id !== "" && id.length <= MAX_MESSAGE_ID_LENGTH;
  return isUsable ? id : `sha256:${sha256(messageJson)}`;
}

function flowTokenOf(responseText: string | null): string | null {
  if (responseText === null) return null;
  const response = parseBoundedJson(new TextEncoder().encode(responseText));
  return response.kind === "parsed"
    ? parseFlowToken(objectOrNull(response.value)?.["flow_token"])
    : null;
}

function parseFlowEvent(entry: JsonObject, content: JsonObject): NotificationItem {
  const event = textOrNull(content["event"]);
  if (event === null) return unreadableJson("a flows event has no name", content);
  const eventJson = JSON.stringify(content);
  return {
    kind: "flow-event",
    eventKey: sha256(JSON.stringify([entry["id"], entry["time"], eventJson])),
    event,
    flowId: textOrNull(content["flow_id"]),
    eventJson,
  };
}

function unreadable(reason: string, bytes: Uint8Array): NotificationItem {
  return { kind: "unreadable", reason, bytes };
}

function unreadableJson(reason: string, value: unknown): NotificationItem {
  return unreadable(reason, new TextEncoder().encode(JSON.stringify(value) ?? "undefined"));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function objectOrNull(value: unknown): JsonObject | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // An object from JSON has text keys only.
  return isObject ? (value as JsonObject) : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
