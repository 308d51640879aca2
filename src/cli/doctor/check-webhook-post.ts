// Whether notifications get through to the webhook's address, long ones included: one with a signature that is not good,
// which the server reads to its end, refuses, and forgets.

import { type Diagnosis, failed, passed, skipped, warned } from "./diagnosis.ts";
import { type ProbeTarget, postProbe } from "./probe.ts";

export const WEBHOOK_POST_CHECK = "webhook-post";

/** Meta, "Webhooks": a payload can be up to 3 MB. */
const LONGEST_BYTES = 3_000_000;

/** @param target  the webhook's address; `null` where only a flow's is known */
export async function checkWebhookPost(target: ProbeTarget | null): Promise<Diagnosis> {
  if (target === null) {
    return skipped(WEBHOOK_POST_CHECK, "only a flow's address was given", "give the base URL");
  }
  const body = Buffer.from("{}".padEnd(LONGEST_BYTES));
  const result = await postProbe(target, body, "not the app secret");
  const told = result.kind === "none" ? "no answer" : String(result.status);
  switch (told) {
    case "401":
      return passed(
        WEBHOOK_POST_CHECK,
        "3 MB get through, and 401 for a wrong signature comes back",
      );
    case "429":
      return warned(
        WEBHOOK_POST_CHECK,
        "answered 429: too many bad requests from here",
        "try again in a minute",
      );
    case "413":
    case "no answer":
      return failed(
        WEBHOOK_POST_CHECK,
        `a notification of 3 MB got ${told}`,
        "let requests to /webhooks/ have 4 MiB (nginx: client_max_body_size 4m)",
      );
    default:
      return failed(
        WEBHOOK_POST_CHECK,
        `a notification with a wrong signature got ${told} instead of 401`,
        "let the proxy pass POST /webhooks/whatsapp and its answers on as they are",
      );
  }
}
