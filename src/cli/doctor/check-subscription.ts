// The webhook's address, asked as Meta asks when it is entered in the dashboard. Nothing is sent that would be stored.
// Source: Meta, "Webhooks", section Verification requests.

import { randomInt } from "node:crypto";
import { request } from "undici";
import { type Diagnosis, failed, passed, skipped } from "./diagnosis.ts";

export const SUBSCRIPTION_CHECK = "webhook";

const LIMIT_MS = 10_000;

export type Subscription = {
  /** Ends in `/webhooks/whatsapp`. */
  readonly url: URL;
  readonly verifyToken: string;
};

/** @param subscription  `null` where only a flow's address is known */
export async function checkSubscription(subscription: Subscription | null): Promise<Diagnosis> {
  if (subscription === null) {
    return skipped(SUBSCRIPTION_CHECK, "only a flow's address was given", "give the base URL");
  }
  const challenge = String(randomInt(1_000_000_000));
  const url = new URL(subscription.url);
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.verify_token", subscription.verifyToken);
  url.searchParams.set("hub.challenge", challenge);
  const answer = await ask(url);
  if (answer?.status === 200 && answer.body === challenge) {
    return passed(SUBSCRIPTION_CHECK, "answers the subscription check");
  }
  if (answer?.status === 403) {
    return failed(
      SUBSCRIPTION_CHECK,
      "the server has another verify token",
      "compare WHATSAPP_VERIFY_TOKEN here, at the server and in the app dashboard",
    );
  }
  const told = answer === null ? "no answer" : `${answer.status} without its challenge`;
  return failed(
    SUBSCRIPTION_CHECK,
    `the subscription check got ${told}`,
    "let the proxy pass /webhooks/whatsapp on as it is",
  );
}

async function ask(url: URL): Promise<{ readonly status: number; readonly body: string } | null> {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    return { status: statusCode, body: await body.text() };
  } catch {
    // The endpoint beside it has just answered: why this one does not is for the proxy's log to tell.
    return null;
  }
}
