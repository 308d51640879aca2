// What Meta's preview takes in its address. Source: Meta, "Flows API", Web preview. Interactive, it sends real encrypted
// requests to the endpoint, and whoever has the link can send them.

import type { FlowStart } from "./messages.ts";

export type InteractivePreview = {
  readonly flowToken: string;
  readonly start: FlowStart;
  /** Digits: whose public key the preview encrypts with; `null` for a flow without endpoint. */
  readonly phoneNumber: string | null;
  /** Shows actions and requests beside the flow. */
  readonly debug: boolean;
};

/** @param url  as Meta gave it, with a token of its own */
export function encodePreviewLink(
  url: string,
  { flowToken, start, phoneNumber, debug }: InteractivePreview,
): string {
  const link = new URL(url);
  const { searchParams } = link;
  searchParams.set("interactive", "true");
  searchParams.set("flow_token", flowToken);
  searchParams.set("flow_action", start.action);
  if (start.action === "navigate") {
    const { screen, data } = start;
    const payload = { screen, ...(data === undefined ? {} : { data }) };
    searchParams.set("flow_action_payload", JSON.stringify(payload));
  }
  if (phoneNumber !== null) searchParams.set("phone_number", phoneNumber);
  if (debug) searchParams.set("debug", "true");
  return link.href;
}
