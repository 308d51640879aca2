// Meta's own signature over the flow token, sent with INIT, data_exchange and BACK from data API 4.0
// on. It proves that WhatsApp delivered this token; whether a flow insists on it is the flow's option.

import { importSecret, isSignedByOneOf, payloadOf } from "./hs256.ts";
import { parseFlowToken } from "./request.ts";

export type FlowTokenSignatureVerdict = "valid" | "missing" | "invalid";

/**
 * Checks `flow_token_signature`: a JWT under HS256 and the app secret whose `flow_token` claim is the
 * request's flow token. Other claims are not documented, so none is required or judged.
 *
 * @param jwt        the field, or `null` when the request has none
 * @param flowToken  the request's flow token; `null` when it has none, as parseFlowToken reads it
 * @param appSecrets secrets of the app the flow is connected to, any of which may have signed
 * @see Meta, "Implement endpoints for Flows"
 */
export function verifyFlowTokenSignature(
  jwt: string | null,
  flowToken: string | null,
  appSecrets: readonly string[],
): FlowTokenSignatureVerdict {
  if (jwt === null) return "missing";
  const secrets = appSecrets.filter((secret) => secret !== "");
  if (!isSignedByOneOf(jwt, secrets.map(importSecret))) return "invalid";
  const signedToken = payloadOf(jwt)?.["flow_token"];
  const isSame = typeof signedToken === "string" && parseFlowToken(signedToken) === flowToken;
  return isSame ? "valid" : "invalid";
}
