// The flow message that a test's phone has got: to whom it was sent, and the flow token in it.

import { randomBytes } from "node:crypto";
import type { FlowContract } from "../flows/define-flow.ts";
import type { Clock } from "../flows/services.ts";
import type { FlowTokens } from "../protocol/flow-token.ts";

export type PhoneOptions = {
  /** Whose phone it is, as `completed` and `erase` are told; default: another one each time. */
  readonly user?: string;
  /** What the message's sender wrote into the token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another phone's, or one that was minted elsewhere; `null`: the message was sent without. Default: a new one. */
  readonly flowToken?: string | null;
};

/** Meta suggests two to three days: "Best practices for Flows". */
const TOKEN_LIFE_SECONDS = 3 * 24 * 3600;

/** @throws RangeError for claims that a token cannot hold */
export async function mintFlowToken(
  tokens: FlowTokens,
  { name, contractHash }: FlowContract,
  clock: Clock,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return tokens.mint({
    flow: name,
    expiresAtSeconds: Math.floor(clock.now().getTime() / 1000) + TOKEN_LIFE_SECONDS,
    id: randomBytes(16).toString("base64url"),
    contractHash,
    claims,
  });
}
