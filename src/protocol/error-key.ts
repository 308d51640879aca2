// Meta's names for what can go wrong between client and endpoint, as a closed list: an error
// notification and an alert carry the name as text of a stranger, and a metric's label must be bounded.

/** @see Meta, "Error codes" */
export const DOCUMENTED_ERROR_KEYS = [
  "timeout_error",
  "missing_capability",
  "cannot_be_served",
  "no_http_response_error",
  "unexpected_http_status_code",
  "public-key-missing",
  "public-key-signature-verification",
  "response-decryption-error",
  "invalid-screen-transition",
  "payload-schema-error",
  "business-decryption-error",
] as const;

export type DocumentedErrorKey = (typeof DOCUMENTED_ERROR_KEYS)[number];

const BY_SPELLING: ReadonlyMap<string, DocumentedErrorKey> = new Map([
  ...DOCUMENTED_ERROR_KEYS.map((key) => [normalise(key), key] as const),
  // Spelled like this in Meta, "Error codes" and, for the last two, "Flows Webhooks".
  ["public-key-signiture-verification", "public-key-signature-verification"],
  ["timeout", "timeout_error"],
  ["capability-error", "missing_capability"],
]);

/** The documented key that `raw` spells, whatever its case and hyphens, or `other`. */
export function documentedErrorKey(raw: string | null): DocumentedErrorKey | "other" {
  return BY_SPELLING.get(normalise(raw ?? "")) ?? "other";
}

function normalise(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}
