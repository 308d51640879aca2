// The language of `webhooks.json`: what a case sends, and which status and which rows must come of it.
//
// A body is JSON in which `{"$message": …}` stands for a response message, `{"$messages": […]}` for a change with such
// messages, `{"$post": […]}` for a POST with changes, `{"$batch": …}` inside it for many, `{"$repeat": […]}` for a long
// text. The members of a `$message` are put in place of its usual ones, by their path; `$absent` takes one out. In every
// text, `{id}` is the case's own and `{canary}` what must reach no log and no metric.

import corpus from "./webhooks.json" with { type: "json" };
import {
  type Json,
  messagesChange,
  notificationOf,
  PREVIOUS_APP_SECRET,
  responseMessage,
  signatureOf,
} from "./notification.ts";
import type { Sent } from "./webhook-server.ts";

type Signature =
  | "none"
  | "upper case"
  | "of the previous secret"
  | "of another secret"
  | "of an empty secret"
  | "over the same JSON written anew"
  | "over another body"
  /** `{hex}` is the right one. */
  | { readonly headers: readonly string[] };

export type Request = {
  readonly method?: string;
  readonly query?: string;
  /** Default: a POST with one response message. */
  readonly body?: unknown;
  /** In place of a body: texts, bytes in hex and repetitions, joined. */
  readonly bytes?: readonly (string | { readonly $hex: string } | Repeat)[];
  /** Whether the body has an escape for every character beyond ASCII, as Meta writes it. */
  readonly escaped?: true;
  readonly signature?: Signature;
  /** `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
};

export type WebhookCase = {
  readonly id: string;
  readonly title: string;
  /** Why the case expects what it does, where that is not plain. */
  readonly note?: string;
  /** Sent one after another; each is answered with the case's status. */
  readonly send: readonly Request[];
  readonly expect: {
    readonly status: number;
    readonly body?: string;
    /** Rows added, where there are any; every completion has one job. */
    readonly rows?: Readonly<Partial<Record<"completions" | "flowEvents" | "quarantine", number>>>;
    /** Columns of the completion that was added last. */
    readonly completion?: Json;
    /** Members of the message that it holds, by their path. */
    readonly message?: Json;
    readonly quarantineReasons?: readonly string[];
    /** What was counted, as `kind result`. */
    readonly counts?: Readonly<Record<string, number>>;
    /** Members of the line that tells an alert of Meta's. */
    readonly alert?: Json;
  };
};

type Repeat = { readonly $repeat: readonly [text: string, times: number] };

// The file is written in this language; a case that strays from it is answered otherwise than it says.
export const CORPUS = corpus as unknown as readonly WebhookCase[];

const PATH = "/webhooks/whatsapp";

export function buildRequest(request: Request, id: string, canary: string): Sent {
  const fill = (text: string): string =>
    text.replaceAll("{id}", `wamid.${id}`).replaceAll("{canary}", canary);
  const { method = "POST", query, signature, headers = {} } = request;
  const path = query === undefined ? PATH : `${PATH}?${fill(query)}`;
  const body = buildBody(request, fill);
  const all = {
    "content-type": "application/json",
    "x-hub-signature-256": signatureHeaders(signature, body),
    ...headers,
  };
  const sentHeaders = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return method === "POST" ? { method, path, body, headers: sentHeaders } : { method, path };
}

function buildBody(request: Request, fill: (text: string) => string): Buffer {
  if (request.bytes !== undefined) {
    return Buffer.concat(
      request.bytes.map((piece) => {
        if (typeof piece === "string") return Buffer.from(fill(piece));
        if ("$hex" in piece) return Buffer.from(piece.$hex, "hex");
        return Buffer.from(repeat(piece));
      }),
    );
  }
  const { body = { $post: [{ $messages: [{}] }] } } = request;
  const text = fill(JSON.stringify(expand(body)));
  return Buffer.from(request.escaped === true ? escapeBeyondAscii(text) : text);
}

function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap(expandMember);
  if (typeof value !== "object" || value === null) return value;
  // An object from JSON.
  const object = value as Json;
  const [name, of] = Object.entries(object)[0] ?? [];
  switch (name) {
    case "$message":
      return buildMessage(of as Json);
    case "$messages":
      return messagesChange((of as readonly Json[]).map(buildMessage));
    case "$post":
      return notificationOf(...(of as readonly unknown[]).flatMap(expandMember));
    case "$repeat":
      return repeat(object as Repeat);
    default:
      return Object.fromEntries(Object.entries(object).map(([key, each]) => [key, expand(each)]));
  }
}

/** One member of a list, or many. */
function expandMember(value: unknown): readonly unknown[] {
  const isBatch = typeof value === "object" && value !== null && "$batch" in value;
  return isBatch ? buildBatch(value.$batch as Batch) : [expand(value)];
}

function buildMessage(changes: Json): Json {
  const message = structuredClone(responseMessage("{id}")) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, message);
    if (value === "$absent") delete parent[last];
    else parent[last] = expand(value);
  }
  return message;
}

type Batch = { readonly good: number; readonly repeated: number; readonly broken: number };

/** One change for each, as Meta batches them: broken ones in the middle, repeated ones at the end. */
function buildBatch({ good, repeated, broken }: Batch): readonly unknown[] {
  const distinct = Array.from({ length: good }, (_, n) => ({ $messages: [{ id: `{id}.${n}` }] }));
  const odd = Array.from({ length: broken }, (_, n) => ({ field: "messages", value: `{id}.${n}` }));
  const middle = good / 2;
  const all = [...distinct.slice(0, middle), ...odd, ...distinct.slice(middle)];
  return [...all, ...distinct.slice(0, repeated)].map(expand);
}

function repeat({ $repeat: [text, times] }: Repeat): string {
  return text.repeat(times);
}

function escapeBeyondAscii(text: string): string {
  return text.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function signatureHeaders(wish: Signature | undefined, body: Buffer): readonly string[] | null {
  const right = signatureOf(body);
  if (typeof wish === "object") {
    return wish.headers.map((header) => header.replace("{hex}", right.slice("sha256=".length)));
  }
  switch (wish) {
    case undefined:
      return [right];
    case "none":
      return null;
    case "upper case":
      return [right.toUpperCase().replace("SHA256", "sha256")];
    case "of the previous secret":
      return [signatureOf(body, PREVIOUS_APP_SECRET)];
    case "of another secret":
      return [signatureOf(body, "another-app-secret")];
    case "of an empty secret":
      return [signatureOf(body, "")];
    case "over the same JSON written anew":
      return [signatureOf(JSON.stringify(JSON.parse(body.toString())))];
    case "over another body":
      return [signatureOf(Buffer.concat([body, Buffer.from(" ")]))];
  }
}
