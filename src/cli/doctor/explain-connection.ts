// Why no answer came from an address on the internet, by the codes of Node and OpenSSL, and what to do about it.

import { reasonOf } from "../explain-error.ts";
import { type Diagnosis, failed } from "./diagnosis.ts";

type Explanation = readonly [detail: string, remedy: string];

const BROKEN_CHAIN: Explanation = [
  "the certificate cannot be traced to an authority",
  "serve the whole chain, intermediate certificates included (certbot: fullchain.pem)",
];
const OWN_CERTIFICATE: Explanation = [
  "the certificate is signed by itself; Meta trusts public authorities only",
  "get one from a public authority, as Let's Encrypt",
];

const TLS: Readonly<Record<string, Explanation>> = {
  CERT_HAS_EXPIRED: ["the certificate has expired", "renew it, and reload the proxy"],
  CERT_NOT_YET_VALID: ["the certificate is not valid yet", "look at the clocks, or replace it"],
  DEPTH_ZERO_SELF_SIGNED_CERT: OWN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: OWN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: BROKEN_CHAIN,
  UNABLE_TO_GET_ISSUER_CERT: BROKEN_CHAIN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: BROKEN_CHAIN,
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "the certificate is of another name",
    "get one for this name, or correct the address",
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    "what listens there does not speak TLS",
    "correct the port, or the scheme",
  ],
};

const NETWORK: Readonly<Record<string, Explanation>> = {
  ENOTFOUND: ["its host name has no address", "correct the name, or its DNS record"],
  EAI_AGAIN: ["its host name could not be looked up", "look at the name server"],
  ECONNREFUSED: ["nothing listens there", "start the proxy or tunnel, or correct the port"],
  ECONNRESET: [
    "the connection was closed before an answer",
    "look at the log of the proxy or firewall",
  ],
  EHOSTUNREACH: ["there is no way to its host", "look at the network and firewall"],
  ENETUNREACH: ["there is no way to its host", "look at the network and firewall"],
  ETIMEDOUT: ["it does not take connections", "look at the firewall"],
};

/** @returns under the name `tls` or `connection` */
export function explainConnection(error: unknown): Diagnosis {
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const tls = TLS[code];
  if (tls !== undefined) return failed("tls", ...tls);
  if (code === "EPROTO" || /^ERR_(SSL|TLS)_/.test(code)) {
    return failed("tls", `no TLS connection: ${code}`, "offer TLS 1.2 or later");
  }
  const network = NETWORK[code];
  if (network !== undefined) return failed("connection", ...network);
  return isTimeout(error)
    ? failed("connection", "no answer within 10 s, when Meta gives up", "look at the proxy's log")
    : failed("connection", reasonOf(error), "look at the log of the proxy");
}

function isTimeout(error: unknown): boolean {
  // A request that its signal ends has the timeout as the cause.
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
