// Mints a flow token for a flow of this server, as sending a message needs it.

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { deriveContract } from "../flow-json/contract.ts";
import { parseFlowJson } from "../flow-json/document.ts";
import { contractHash } from "../flow-json/contract-hash.ts";
import { HandlerLoadError, listHandlerFolders } from "../flows/load-handlers.ts";
import type { Clock } from "../flows/services.ts";
import { createFlowTokens } from "../protocol/flow-token.ts";
import type { Credentials } from "./credentials.ts";
import type { Settings } from "./settings.ts";

/** Meta suggests two to three days: "Best practices for Flows". */
const DEFAULT_TTL_SECONDS = 3 * 24 * 3600;

export type MintedToken = {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
};

/** @throws HandlerLoadError when there is no such flow */
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
  const token = await createFlowTokens(credentials.flowTokenSecrets).mint({
    flow,
    expiresAtSeconds,
    id: randomBytes(16).toString("base64url"),
    contractHash: await readContractHash(settings.HANDLERS_DIR, flow),
    claims,
  });
  return { token, expiresAt: new Date(expiresAtSeconds * 1000).toISOString() };
}

async function readContractHash(handlersDir: string, flow: string): Promise<string> {
  const folders = await listHandlerFolders(handlersDir);
  const found = folders.find(({ name }) => name === flow);
  if (found === undefined) {
    const known = folders.map(({ name }) => name).join(", ");
    throw new HandlerLoadError(`no flow "${flow}" in ${handlersDir}; there are: ${known}`);
  }
  const text = await readFile(path.join(found.folder, "flow.json"), "utf8");
  return contractHash(deriveContract(parseFlowJson(text)));
}
