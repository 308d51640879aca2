// Deployments of one small flow to a stand-in, without a command around them.

import { generateKeyPairSync } from "node:crypto";
import {
  deployFlow,
  type DeployOptions,
  type Deployment,
} from "../../src/graph/deploy/deploy-flow.ts";
import { openLockfile } from "../../src/graph/deploy/lockfile.ts";
import type { DesiredFlow } from "../../src/graph/deploy/plan-flow.ts";
import { ENDPOINT, flowText } from "./flow-texts.ts";
import { clock, never, type Stand, WABA_ID } from "./graph-stand.ts";

export const PUBLIC_KEY = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).publicKey;

export const FEEDBACK: DesiredFlow = {
  flow: "feedback",
  categories: ["SURVEY"],
  endpointUri: ENDPOINT,
  applicationId: "55",
  json: flowText(),
};

export const PUBLISH: DeployOptions = { publish: true, overwrite: false };
export const DRAFT: DeployOptions = { publish: false, overwrite: false };

export async function deploy(
  { client }: Pick<Stand, "client">,
  folder: string,
  desired: DesiredFlow = FEEDBACK,
  options: DeployOptions = PUBLISH,
  environment = "default",
): Promise<Deployment> {
  const lockfile = await openLockfile(folder, environment, WABA_ID);
  const parts = { client, wabaId: WABA_ID, lockfile, signal: never, clock, report: () => {} };
  return deployFlow(parts, desired, options);
}

/** With a key already there: it is another command's work. */
export function putKey({ server }: Stand): void {
  const [number] = server.graph.numbers;
  if (number !== undefined) number.publicKey = PUBLIC_KEY;
}
