// Strict base64. Node's own decoder drops junk, accepts the URL alphabet and ignores padding, so that
// many texts stand for the same bytes; a signed, replay-checked envelope must have exactly one.

/**
 * Decodes standard base64 (RFC 4648 §4: `+` `/`, padded, no line breaks, unused bits zero).
 *
 * @returns the bytes, or `null` for any text that is not their one canonical spelling
 */
export function parseCanonicalBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}
