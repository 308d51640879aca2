// What Meta's webhooks look like, for the player and for `trigger`: built as the documentation shows them.
// Source: Meta, "Webhooks" (Cloud API), "Receiving Flow Response" and "Flows Webhooks".

import type { FlowEventName } from "../protocol/flow-event.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const ACCOUNT_ID = "100000000000001";

export type TriggeredCompletion = {
  readonly messageId: string;
  /** The message that is answered. */
  readonly contextMessageId: string;
  /** A phone number, digits only, or a business-scoped id. */
  readonly user: string;
  readonly sentAtSeconds: number;
  /** What the flow sent, its token included, as JSON text. */
  readonly responseJson: string;
};

/** One POST with a change for each completion. */
export function encodeCompletions(completions: readonly TriggeredCompletion[]): string {
  return encode({ changes: completions.map(toChange) });
}

/** One POST with one event. */
export function encodeFlowEvent(
  event: FlowEventName,
  flowId: string,
  isOver: boolean,
  occurredAtSeconds: number,
): string {
  const value = { event, flow_id: flowId, ...EVENT_FIELDS[event](isOver) };
  return encode({ time: occurredAtSeconds, changes: [{ field: "flows", value }] });
}

function encode(entry: JsonObject): string {
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: ACCOUNT_ID, ...entry }],
  });
}

function toChange(completion: TriggeredCompletion): JsonObject {
  const { messageId, contextMessageId, user, sentAtSeconds, responseJson } = completion;
  const isPhone = /^\d+$/.test(user);
  const metadata = { display_phone_number: "15550000000", phone_number_id: "100000000000002" };
  return {
    field: "messages",
    value: {
      messaging_product: "whatsapp",
      metadata,
      contacts: [
        { profile: { name: "Triggered" }, ...(isPhone ? { wa_id: user } : { user_id: user }) },
      ],
      messages: [
        {
          context: { from: metadata.display_phone_number, id: contextMessageId },
          ...(isPhone ? { from: user } : { from_user_id: user }),
          id: messageId,
          timestamp: String(sentAtSeconds),
          type: "interactive",
          interactive: {
            type: "nfm_reply",
            nfm_reply: { response_json: responseJson, body: "Sent", name: "flow" },
          },
        },
      ],
    },
  };
}

const alertState = (isOver: boolean): JsonObject => ({
  alert_state: isOver ? "DEACTIVATED" : "ACTIVATED",
});

/** What each event tells beside its name. */
const EVENT_FIELDS: Readonly<Record<FlowEventName, (isOver: boolean) => JsonObject>> = {
  FLOW_STATUS_CHANGE: (isOver) => ({
    message: "Flow status changed",
    old_status: isOver ? "THROTTLED" : "PUBLISHED",
    new_status: isOver ? "PUBLISHED" : "THROTTLED",
  }),
  CLIENT_ERROR_RATE: (isOver) => ({
    message: "Client error rate crossed its threshold",
    error_rate: isOver ? 1 : 14,
    threshold: 10,
    errors: [{ error_type: "INVALID_SCREEN_TRANSITION", error_rate: 14, error_count: 7 }],
    ...alertState(isOver),
  }),
  ENDPOINT_ERROR_RATE: (isOver) => ({
    message: "Endpoint error rate crossed its threshold",
    error_rate: isOver ? 1 : 14,
    threshold: 10,
    errors: [{ error_type: "TIMEOUT", error_rate: 14, error_count: 7 }],
    ...alertState(isOver),
  }),
  ENDPOINT_LATENCY: (isOver) => ({
    message: "Endpoint latency crossed its threshold",
    p50_latency: isOver ? 90 : 1_100,
    p90_latency: isOver ? 300 : 5_600,
    requests_count: 120,
    threshold: 5_000,
    ...alertState(isOver),
  }),
  ENDPOINT_AVAILABILITY: (isOver) => ({
    message: "Endpoint availability crossed its threshold",
    availability: isOver ? 100 : 72,
    threshold: 90,
    ...alertState(isOver),
  }),
  FLOW_VERSION_EXPIRY_WARNING: () => ({ warning: "The version of this flow will expire soon" }),
};
