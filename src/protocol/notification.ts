// What a webhook POST says: parsed into items that can each be stored or passed over on its own, so that one odd change
// among a thousand costs nothing but itself. Nothing is refused here: the sender was verified, so what cannot be read
// is kept for people to look at.

import { createHash } from "node:crypto";
import { parseBoundedJson } from "./bounded-json.ts";
import { type FlowEvent, parseFlowEvent } from "./flow-event.ts";
import { type JsonObject, objectOrNull, plainTextOrNull } from "./json-object.ts";
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
  /** The whole message as JSON text, with control characters and lone surrogates escaped. */
  readonly messageJson: string;
};

/** Signed, but not as documented. */
export type Unreadable = {
  readonly kind: "unreadable";
  /** Names what is wrong, and holds nothing of what was sent. */
  readonly reason: string;
  /** The whole notification, or the part of it that could not be read, as JSON text in UTF-8. */
  readonly bytes: Uint8Array;
};

/** Of no concern to flows: other messages, statuses, other fields. */
export type PassedOver = {
  readonly kind: "passed-over";
  readonly what: "message" | "status" | "field";
};

export type NotificationItem = ResponseMessage | FlowEvent | Unreadable | PassedOver;

/** Meta's notifications are about ten levels deep; these bound the work, and what JSON.stringify can take. */
const LIMITS = { maxDepth: 500, maxKeys: 500_000 };

/** More than Meta puts into one POST (up to 1,000: Meta, "Webhooks"), so that storing one takes a bounded time. */
const MAX_KEPT_ITEMS = 2_000;

/** Real ones are far shorter (a wamid about 60); what is longer is none, and would not fit an index. */
const MAX_ID_LENGTH = 256;
const MAX_TOKEN_LENGTH = 4_096;

const PASSED_OVER = {
  message: [{ kind: "passed-over", what: "message" }],
  status: [{ kind: "passed-over", what: "status" }],
  field: [{ kind: "passed-over", what: "field" }],
} as const satisfies Record<PassedOver["what"], readonly PassedOver[]>;

/**
 * Parses a webhook POST. Total: whatever the bytes are, the answer says what to keep of them.
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
  const entries = listOrNull(root["entry"]);
  if (entries === null) return [unreadable("the notification has no entry", body)];
  const items = entries.flatMap(parseEntry);
  const kept = items.filter(({ kind }) => kind !== "passed-over").length;
  return kept > MAX_KEPT_ITEMS ? [unreadable("the notification has too many items", body)] : items;
}

function parseEntry(value: unknown): readonly NotificationItem[] {
  const entry = objectOrNull(value);
  const changes = listOrNull(entry?.["changes"]);
  if (entry === null || changes === null) return unreadablePart("an entry has no changes", value);
  return changes.flatMap((change) => parseChange(entry, change));
}

function parseChange(entry: JsonObject, value: unknown): readonly NotificationItem[] {
  const change = objectOrNull(value);
  const field = change?.["field"];
  if (change === null || typeof field !== "string") {
    return unreadablePart("a change has no field", value);
  }
  if (field !== "messages" && field !== "flows") return PASSED_OVER.field;
  const content = objectOrNull(change["value"]);
  if (content === null) return unreadablePart("a change has no value", value);
  if (field === "messages") return [...parseMessages(content), ...parseStatuses(content)];
  const event = parseFlowEvent(entry, content);
  return event === null ? unreadablePart("a flows event has no name", value) : [event];
}

function parseMessages(content: JsonObject): readonly NotificationItem[] {
  const messages = content["messages"];
  if (messages === undefined) return [];
  if (!Array.isArray(messages)) return unreadablePart("messages is not a list", content);
  return messages.flatMap((message: unknown) => parseMessage(content, message));
}

function parseStatuses(content: JsonObject): readonly NotificationItem[] {
  const statuses: readonly unknown[] = Array.isArray(content["statuses"])
    ? content["statuses"]
    : [];
  return statuses.flatMap(() => PASSED_OVER.status);
}

function parseMessage(content: JsonObject, value: unknown): readonly NotificationItem[] {
  const message = objectOrNull(value);
  const type = message?.["type"];
  if (message === null || typeof type !== "string") {
    return unreadablePart("a message has no type", value);
  }
  const interactive = objectOrNull(message["interactive"]);
  if (type !== "interactive" || interactive?.["type"] !== "nfm_reply") return PASSED_OVER.message;
  const reply = objectOrNull(interactive["nfm_reply"]);
  const name = reply?.["name"];
  if (reply === null || typeof name !== "string") {
    return unreadablePart("a response message has no name", value);
  }
  // Addresses and payments are answered in the same way.
  return name === "flow" ? [responseMessage(content, message, reply)] : PASSED_OVER.message;
}

function responseMessage(
  content: JsonObject,
  message: JsonObject,
  reply: JsonObject,
): ResponseMessage {
  const messageJson = JSON.stringify(message);
  const contact = contactOf(content, message);
  return {
    kind: "response-message",
    messageId: idOrNull(message["id"]) ?? `sha256:${sha256(messageJson)}`,
    userId: idOrNull(message["from_user_id"]) ?? idOrNull(contact?.["user_id"]),
    phone: idOrNull(message["from"]) ?? idOrNull(contact?.["wa_id"]),
    contextMessageId: idOrNull(objectOrNull(message["context"])?.["id"]),
    flowToken: flowTokenIn(reply["response_json"]),
    messageJson,
  };
}

/** The contact that sent a message: the one with its id, or the only one. */
function contactOf(content: JsonObject, message: JsonObject): JsonObject | null {
  const contacts = (listOrNull(content["contacts"]) ?? []).map(objectOrNull);
  const sender = contacts.find(
    (contact) =>
      isSameId(contact?.["wa_id"], message["from"]) ||
      isSameId(contact?.["user_id"], message["from_user_id"]),
  );
  return sender ?? (contacts.length === 1 ? (contacts[0] ?? null) : null);
}

function isSameId(one: unknown, other: unknown): boolean {
  return typeof one === "string" && one === other;
}

function flowTokenIn(responseJson: unknown): string | null {
  if (typeof responseJson !== "string") return null;
  const response = parseBoundedJson(new TextEncoder().encode(responseJson), { limits: LIMITS });
  if (response.kind === "refused") return null;
  const token = parseFlowToken(objectOrNull(response.value)?.["flow_token"]);
  return plainTextOrNull(token, MAX_TOKEN_LENGTH);
}

function idOrNull(value: unknown): string | null {
  return plainTextOrNull(value, MAX_ID_LENGTH);
}

/** The value if it is a list with something in it, else `null`. */
function listOrNull(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) && value.length > 0 ? value : null;
}

function unreadable(reason: string, bytes: Uint8Array): Unreadable {
  return { kind: "unreadable", reason, bytes };
}

function unreadablePart(reason: string, value: unknown): readonly [Unreadable] {
  return [unreadable(reason, new TextEncoder().encode(JSON.stringify(value)))];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
