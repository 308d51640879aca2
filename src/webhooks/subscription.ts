// The subscription check: Meta asks, when a webhook URL is entered, whether its owner knows the verify token.

import { createHash, timingSafeEqual } from "node:crypto";

export type SubscriptionAnswer =
  | { readonly status: 200; readonly challenge: string }
  | { readonly status: 400 | 403 };

/** Whatever else is in it could only be meant for somebody else's browser. */
const CHALLENGE = /^[A-Za-z0-9_-]{1,256}$/;

/**
 * Answers `GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`.
 *
 * @param query  every value of every parameter, as received
 * @see Meta, "Webhooks" (Cloud API)
 */
export function answerSubscription(
  query: URLSearchParams,
  verifyToken: string,
): SubscriptionAnswer {
  const mode = singleValue(query, "hub.mode");
  const token = singleValue(query, "hub.verify_token");
  const challenge = singleValue(query, "hub.challenge");
  if (mode === null || token === null || challenge === null || !CHALLENGE.test(challenge)) {
    return { status: 400 };
  }
  if (mode !== "subscribe" || !isSameText(token, verifyToken)) return { status: 403 };
  return { status: 200, challenge };
}

function singleValue(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name);
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** In constant time; hashed first, since only equal lengths can be compared so. */
function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
