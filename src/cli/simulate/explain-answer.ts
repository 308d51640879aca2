// What an answer that is none means to whoever runs both the simulator and the server, and what to do about it.

import { reasonOf } from "../explain-error.ts";

/** Where the server's own words about a request are. */
export function inLog(traceId: string): string {
  return `look in the server's log for trace_id ${traceId}`;
}

/** A status that is neither 200 nor 427. */
export function explainStatus(status: number, traceId: string): string {
  const answered = `the endpoint answered ${status}`;
  const rule = RULES[status];
  if (rule !== undefined) return `${answered}: ${rule}`;
  return status === 500
    ? `${answered}: the handler failed, and there is no screen to fall back to; ${inLog(traceId)}`
    : `${answered}; ${inLog(traceId)}`;
}

const RULES: Readonly<Record<number, string>> = {
  404: "the server runs no flow of that name; compare its HANDLERS_DIR with this command's",
  421: "none of the server's private keys fits this command's; give this command the server's WHATSAPP_PRIVATE_KEY, KEYS_DIR or DATA_DIR",
  432: "the server's app secret differs from this command's; give this command the server's WHATSAPP_APP_SECRET, or its DATA_DIR",
};

/** No answer at all. */
export function explainSilence(error: unknown, endpointUrl: string, traceId: string): string {
  if (!(error instanceof Error)) return reasonOf(error);
  if ("code" in error && error.code === "ECONNREFUSED") {
    return `no server answers at ${endpointUrl}; start one with: flowpoint serve`;
  }
  if (error.name === "AbortError" || error.name === "TimeoutError") {
    return `no answer came within 10 seconds, and WhatsApp waits no longer; ${inLog(traceId)}`;
  }
  return reasonOf(error);
}
