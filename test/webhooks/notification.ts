// Webhook POSTs as Meta writes and signs them, made by hand and not by the code under test.

import { createHmac } from "node:crypto";

export const APP_SECRET = "app-secret-of-the-tests";
export const PREVIOUS_APP_SECRET = "previous-app-secret";
export const VERIFY_TOKEN = "verify-token-of-the-tests";

export type Json = Readonly<Record<string, unknown>>;

export function signatureOf(body: Buffer | string, secret = APP_SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** A POST with a valid signature. */
export function signed(body: Buffer | string | object): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
} {
  const bytes =
    Buffer.isBuffer(body) || typeof body === "string"
      ? Buffer.from(body)
      : Buffer.from(JSON.stringify(body));
  const headers = {
    "content-type": "application/json",
    "x-hub-signature-256": signatureOf(bytes),
  };
  return { headers, body: bytes };
}

export function notificationOf(...changes: readonly unknown[]): Json {
  return {
    object: "whatsapp_business_account",
    entry: [{ id: "102290129340398", time: 1_790_000_000, changes }],
  };
}

export function messagesChange(messages: unknown, others: Json = {}): Json {
  return {
    field: "messages",
    value: {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "15550783881", phone_number_id: "106540352242922" },
      contacts: [{ profile: { name: "Ada" }, wa_id: "16505551234", user_id: "US.13491208655302" }],
      messages,
      ...others,
    },
  };
}

export function flowsChange(value: Json): Json {
  return { field: "flows", value };
}

/** A response message, with members to replace at its top and in its `nfm_reply`. */
export function responseMessage(id: unknown, others: Json = {}, reply: Json = {}): Json {
  return {
    context: { from: "15550783881", id: "wamid.flow-message" },
    from: "16505551234",
    from_user_id: "US.13491208655302",
    id,
    timestamp: "1790000000",
    type: "interactive",
    interactive: {
      type: "nfm_reply",
      nfm_reply: {
        name: "flow",
        body: "Sent",
        response_json: JSON.stringify({ flow_token: "token-of-a-test", rating: 5 }),
        ...reply,
      },
    },
    ...others,
  };
}

/** A POST with one response message. */
export function completionPost(id: string, answers: Json = {}): ReturnType<typeof signed> {
  const reply = { response_json: JSON.stringify({ flow_token: "token-of-a-test", ...answers }) };
  return signed(notificationOf(messagesChange([responseMessage(id, {}, reply)])));
}
