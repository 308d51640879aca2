// Who is asking. A decrypted request names no user and no flow: the flow token is the only thread, and every answer of
// a flow hangs on it.

import { hash } from "node:crypto";
import { EndpointError, type FaultCode } from "../protocol/faults.ts";
import type { FlowTokenContent } from "../protocol/flow-token.ts";
import { verifyFlowTokenSignature } from "../protocol/flow-token-signature.ts";
import type { TokenFunction } from "../flows/implement.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import { withDeadline } from "./deadline.ts";
import type { ExchangeDependencies } from "./ports.ts";

/** Results of `once` outlive their token by this long. */
const EFFECTS_OUTLIVE_TOKEN_MS = 30 * 24 * 3600 * 1000;

/** The life of a token that was not minted here, counted from each use. */
const FOREIGN_TOKEN_LIFE_MS = 3 * 24 * 3600 * 1000;

export type Session = {
  /** `null` when the message was sent without a token. */
  readonly flowToken: string | null;
  /** Stands for the token in every memory of its flow; `null` without one. */
  readonly tokenKey: string | null;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether the token was proven, so that its last data may be shown to who brings it. */
  readonly isVerified: boolean;
  /** Contract that the message was sent with, where the token tells. */
  readonly contractHash: string | null;
  readonly keepEffectsUntil: Date;
};

export type TokenBearer = {
  readonly flowToken: string | null;
  readonly flowTokenSignature: string | null;
};

/**
 * Holds a request's flow token against the flow's policy.
 *
 * @throws EndpointError `TOKEN_REFUSED`, `TOKEN_EXPIRED` or `TOKEN_OF_ANOTHER_FLOW`
 * @throws DeadlinePassed, or what the flow's tokens function throws
 */
export async function openSession(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  bearer: TokenBearer,
): Promise<Session> {
  await checkTokenSignature(deps, flow, bearer);
  const policy = flow.options.tokens ?? deps.tokenPolicy;
  if (typeof policy === "function") return openForeignSession(deps, flow, policy, bearer.flowToken);
  if (bearer.flowToken === null) {
    if (policy === "any") return anonymousSession(deps);
    throw refused("TOKEN_REFUSED", "the request has no flow token");
  }
  const content = deps.tokens.verify(bearer.flowToken);
  if (content !== null) return openMintedSession(deps, flow, bearer.flowToken, content);
  if (policy === "any") return unverifiedSession(deps, flow, bearer.flowToken);
  throw refused("TOKEN_REFUSED", "the flow token was not minted here");
}

function openMintedSession(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  flowToken: string,
  content: FlowTokenContent,
): Session {
  if (content.flow !== flow.name) {
    throw refused("TOKEN_OF_ANOTHER_FLOW", "the flow token was minted for another flow");
  }
  const expiresAtMs = content.expiresAtSeconds * 1000;
  if (deps.clock.now().getTime() >= expiresAtMs) {
    throw refused("TOKEN_EXPIRED", "the flow token has expired");
  }
  return {
    flowToken,
    tokenKey: tokenKeyOf(flow, flowToken),
    claims: content.claims,
    isVerified: true,
    contractHash: content.contractHash,
    keepEffectsUntil: new Date(expiresAtMs + EFFECTS_OUTLIVE_TOKEN_MS),
  };
}

async function openForeignSession(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  accept: TokenFunction,
  flowToken: string | null,
): Promise<Session> {
  const limitMs = flow.options.deadlineMs ?? deps.deadlineMs;
  const claims: unknown = await withDeadline(limitMs, () => accept(flowToken));
  // Typed code returns claims or null; what untyped code returns instead of claims is taken for a refusal.
  if (!isClaims(claims)) throw refused("TOKEN_REFUSED", "the flow's tokens function refused it");
  if (flowToken === null) return { ...anonymousSession(deps), claims };
  return { ...unverifiedSession(deps, flow, flowToken), claims, isVerified: true };
}

function isClaims(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unverifiedSession(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  flowToken: string,
): Session {
  deps.seenTokens.saw(flowToken, flow.name);
  return { ...anonymousSession(deps), flowToken, tokenKey: tokenKeyOf(flow, flowToken) };
}

function anonymousSession(deps: ExchangeDependencies): Session {
  const keepMs = FOREIGN_TOKEN_LIFE_MS + EFFECTS_OUTLIVE_TOKEN_MS;
  return {
    flowToken: null,
    tokenKey: null,
    claims: {},
    isVerified: false,
    contractHash: null,
    keepEffectsUntil: new Date(deps.clock.now().getTime() + keepMs),
  };
}

async function checkTokenSignature(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  bearer: TokenBearer,
): Promise<void> {
  const policy = flow.options.tokenSignature ?? "off";
  if (policy === "off") return;
  const verdict = verifyFlowTokenSignature(
    bearer.flowTokenSignature,
    bearer.flowToken,
    deps.account.appSecrets,
  );
  if (verdict === "valid") return;
  if (policy === "enforce") throw refused("TOKEN_REFUSED", `flow_token_signature is ${verdict}`);
  deps.log.warn({ flow: flow.name, verdict }, "flow_token_signature does not verify");
}

/**
 * Stands for a flow token wherever a flow remembers something by it: memories hold no tokens. Two flows may be brought
 * the same token, where it was not minted here, and remember each their own.
 */
export function tokenKeyOf(flow: Pick<LoadedFlow, "name">, flowToken: string): string {
  return hash("sha256", `${flow.name} ${flowToken}`, "base64url");
}

function refused(code: FaultCode, message: string): EndpointError {
  return new EndpointError(code, message);
}
