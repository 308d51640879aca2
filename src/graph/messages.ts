// Messages that carry a flow. Source: Meta, "Sending a Flow" and "Flows in message templates".

import { z } from "zod";
import type { JsonObject } from "../flow-json/json-value.ts";
import type { GraphClient } from "./client.ts";

/** Of the two a text message goes only to who has written within 24 hours; a template must have been approved. */
export type FlowMessage = {
  /** A phone number, digits only, or a business-scoped user id. */
  readonly to: string;
  readonly flowToken: string;
  readonly content:
    | {
        readonly kind: "interactive";
        readonly flowId: string;
        readonly mode: "published" | "draft";
        readonly header?: string;
        readonly body: string;
        readonly footer?: string;
        /** At most 30 characters, without emoji. */
        readonly button: string;
        readonly start: FlowStart;
      }
    | {
        readonly kind: "template";
        readonly name: string;
        readonly language: string;
        /** For the first screen; absent for none. */
        readonly data?: JsonObject;
      };
};

/** How the flow opens: on a screen, with its data, or with what the endpoint answers. */
export type FlowStart =
  | { readonly action: "navigate"; readonly screen?: string; readonly data?: JsonObject }
  | { readonly action: "data_exchange" };

const SENT = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });

/**
 * Sends a message. Not repeated: the user would get two.
 *
 * @returns Meta's message id, which the completion refers to
 */
export async function sendMessage(
  client: GraphClient,
  phoneNumberId: string,
  message: FlowMessage,
  signal: AbortSignal,
): Promise<string> {
  const { messages } = await client.call(
    {
      method: "POST",
      path: [phoneNumberId, "messages"],
      body: { kind: "json", value: encodeMessage(message) },
      answer: SENT,
      operation: "send the message",
      repeatable: false,
    },
    signal,
  );
  // The schema asks for one at least.
  return messages[0]?.id ?? "";
}

function encodeMessage({ to, flowToken, content }: FlowMessage): object {
  const envelope = {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    // A business-scoped id begins with a country.
    ...(/^[A-Z]/.test(to) ? { recipient: to } : { to }),
  };
  if (content.kind === "template") {
    const { name, language, data } = content;
    const action = {
      flow_token: flowToken,
      ...(data === undefined ? {} : { flow_action_data: data }),
    };
    const parameters = [{ type: "action", action }];
    const components = [{ type: "button", sub_type: "flow", index: "0", parameters }];
    return {
      ...envelope,
      type: "template",
      template: { name, language: { code: language }, components },
    };
  }
  const { header, body, footer } = content;
  return {
    ...envelope,
    type: "interactive",
    interactive: {
      type: "flow",
      ...(header === undefined ? {} : { header: { type: "text", text: header } }),
      body: { text: body },
      ...(footer === undefined ? {} : { footer: { text: footer } }),
      action: {
        name: "flow",
        parameters: {
          flow_message_version: "3",
          flow_id: content.flowId,
          flow_cta: content.button,
          flow_token: flowToken,
          mode: content.mode,
          flow_action: content.start.action,
          ...encodeStart(content.start),
        },
      },
    },
  };
}

function encodeStart(start: FlowStart): object {
  if (start.action === "data_exchange" || start.screen === undefined) return {};
  const { screen, data } = start;
  // Meta refuses an empty object.
  const hasData = data !== undefined && Object.keys(data).length > 0;
  return { flow_action_payload: { screen, ...(hasData ? { data } : {}) } };
}
