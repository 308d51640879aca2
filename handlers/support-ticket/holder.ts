// Whose ticket it is. A flow token opens its user's form, so the database gets a fingerprint of it instead.

/** `null` without a flow token. */
export async function holderOf(flowToken: string | null): Promise<string | null> {
  if (flowToken === null) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(flowToken));
  return Buffer.from(digest).toString("base64url");
}
