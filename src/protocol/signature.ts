// Verifies X-Hub-Signature-256, the only proof that a request was sent by Meta: everything else in
// it can be made by anyone who knows the business public key. Endpoint and webhook share it.
// It never throws and never says which secret matched.

import { createHmac, timingSafeEqual } from "node:crypto";

export type SignatureVerdict = "valid" | "missing" | "malformed" | "mismatch";

const HEADER_NAME = "x-hub-signature-256";
const HEADER = /^sha256=([0-9a-fA-F]{64})$/;

/**
 * Checks the signature of one request.
 *
 * The header is `sha256=` and the 64 hex digits (either case) of HMAC-SHA256 over the raw body bytes
 * under the app secret. A body that was parsed and written again does not verify: Meta escapes `/`
 * and non-ASCII in ways that JSON.stringify does not repeat.
 *
 * Every secret is tried and each comparison takes the same time, so the answer's timing says
 * nothing about which one matched. An empty secret matches nothing: its HMAC is anyone's to compute.
 *
 * @param header  the header as the HTTP parser gave it; several values are malformed
 * @param body    the bytes received, before any parsing
 * @param secrets app secrets in force (two while one is being rotated)
 * @see Meta, "Implement endpoints for Flows"
 */
export function verifySignature(
  header: string | readonly string[] | undefined,
  body: Uint8Array,
  secrets: readonly string[],
): SignatureVerdict {
  const values = typeof header === "string" ? [header] : (header ?? []);
  const [value] = values;
  if (value === undefined) return "missing";
  const digits = values.length === 1 ? HEADER.exec(value)?.[1] : undefined;
  if (digits === undefined) return "malformed";

  const claimed = Buffer.from(digits, "hex");
  let matches = 0;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret).update(body).digest();
    if (timingSafeEqual(expected, claimed) && secret !== "") matches += 1;
  }
  return matches > 0 ? "valid" : "mismatch";
}

/**
 * Every value of the header: Node joins repeated ones with commas, which would hide that there were several.
 *
 * @param rawHeaders names and values by turns, as `IncomingMessage.rawHeaders` has them
 */
export function signatureHeaders(rawHeaders: readonly string[]): readonly string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    const value = rawHeaders[i + 1];
    // Of the other headers few have its length.
    const mayBeIt = name?.length === HEADER_NAME.length && value !== undefined;
    if (mayBeIt && name.toLowerCase() === HEADER_NAME) values.push(value);
  }
  return values;
}
