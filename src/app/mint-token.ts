// Mints a flow token for a flow of this server, as sending a message needs it.

import { randomBytes } from "node:crypto";
import { deriveContract } from "../flow-json/contract.ts";
import { parseFlowJson } from "../flow-json/document.ts";
import { contractHash } from "../flow-json/contract-hash.ts";
import type { Clock } from "../flows/services.ts";
import { createFlowTokens } from "../protocol/flow-token.ts";
import type { Credentials } from "./credentials.ts";
import { findHandlerFolder, readFlowJson } from "./handler-folders.ts";
import type { Settings } from "./settings.ts";

/** Meta suggests two to three days: "Best practices for Flows". */
const DEFAULT_TTL_SECONDS = 3 * 24 * 3600;

export type MintedToken = {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
};

/**
 * @throws HandlerLoadError when there is no such flow, or its flow.json is broken
 * @throws RangeError for claims that a token cannot hold
 */
export async function mintToken(
  settings: Settings,
  credentials: Credentials,
  clock: Clock,
  wanted: {
    readonly flow: string;
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly ttlSeconds?: number;
  },
): Promise<MintedToken> {
  const { flow, claims = {}, ttlSeconds = DEFAULT_TTL_SECONDS } = wanted;
  const expiresAtSeconds = Math.floor(clock.now().getTime() / 1000) + ttlSeconds;
  const token = createFlowTokens(credentials.flowTokenSecrets).mint({
    flow,
    expiresAtSeconds,
    id: randomBytes(16).toString("base64url"),
    contractHash: await readContractHash(settings.HANDLERS_DIR, flow),
    claims,
  });
  return { token, expiresAt: new Date(expiresAtSeconds * 1000).toISOString() };
}

async function readContractHash(handlersDir: string, flow: string): Promise<string> {
  const folder = await findHandlerFolder(handlersDir, flow);
  return readFlowJson(folder, (text) => contractHash(deriveContract(parseFlowJson(text))));
}
