// The five things an endpoint can say, as the JSON text that is then sealed. Whether an answer fits
// the flow is checked before; merging an error_message into a screen's data is its sender's work.

/** Answer to a health check. @see Meta, "Implement endpoints for Flows" */
export function encodePing(): string {
  return JSON.stringify({ data: { status: "active" } });
}

/** Answer to an error notification. */
export function encodeAcknowledgement(): string {
  return JSON.stringify({ data: { acknowledged: true } });
}

/**
 * Next screen response. On the same screen, an `error_message` in the data shows as a snackbar.
 *
 * @throws TypeError for data that JSON cannot express (a cycle, a BigInt)
 */
export function encodeNextScreen(screen: string, data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ screen, data });
}

/**
 * Final response: the flow closes and `params` become the answers of the response message.
 *
 * @param flowToken put into the params: the client adds it only to a `complete` action, and without
 *   it nothing in the response message says whose it is
 * @throws TypeError for params that JSON cannot express
 */
export function encodeFinal(
  flowToken: string | null,
  params: Readonly<Record<string, unknown>>,
): string {
  const allParams = flowToken === null ? params : { ...params, flow_token: flowToken };
  return JSON.stringify({
    screen: "SUCCESS",
    data: { extension_message_response: { params: allParams } },
  });
}

/**
 * Body of a 427: the client shows the text and disables the message's button. Meta's page shows it
 * as plain JSON, but the client decrypts it like any answer (observed in Meta's web client, August 2026).
 */
export function encodeErrorMessage(text: string): string {
  return JSON.stringify({ error_msg: text });
}
