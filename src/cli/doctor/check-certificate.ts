// How long the certificate that the proxy shows is still good. Whether it is good at all, the connection has told.

import { type Diagnosis, passed, skipped, warned } from "./diagnosis.ts";

const CHECK = "tls";
const SOON_MS = 14 * 24 * 3_600_000;

/** @param end  as OpenSSL writes it; `null` without TLS */
export function checkCertificate(end: string | null, now: Date): Diagnosis {
  if (end === null) return skipped(CHECK, "the address is not https");
  const endsAt = new Date(end);
  const day = endsAt.toISOString().slice(0, 10);
  return endsAt.getTime() - now.getTime() > SOON_MS
    ? passed(CHECK, `the certificate is good until ${day}`)
    : warned(CHECK, `the certificate ends on ${day}`, "renew it, and reload the proxy");
}
