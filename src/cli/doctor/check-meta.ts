// What Meta holds of this account, as far as its Graph API tells: the public keys, the webhooks, and Meta's own
// checklist for each deployed flow. Only reads. Source: Meta, "Flows API" and "Error codes" (139002).

import type { Credentials } from "../../app/credentials.ts";
import { createClient } from "../../app/sending/graph-settings.ts";
import type { Settings } from "../../app/settings.ts";
import type { GraphClient } from "../../graph/client.ts";
import { DeployError } from "../../graph/deploy/deploy-error.ts";
import { openLockfile } from "../../graph/deploy/lockfile.ts";
import { readFlow } from "../../graph/flows.ts";
import { GraphError } from "../../graph/graph-error.ts";
import { readHealth } from "../../graph/health.ts";
import { compareKeys, isGoodKey } from "../../graph/public-keys.ts";
import type { PrivateKey } from "../../protocol/private-key.ts";
import { describeVerdict } from "../plan-report.ts";
import { checkWebhooks } from "./check-webhooks.ts";
import { describeDeployedFlow } from "./describe-deployed-flow.ts";
import { type Diagnosis, failed, failedWith, passed, skipped } from "./diagnosis.ts";

const LIMIT_MS = 2 * 60_000;
const ENVIRONMENT = "default";

export async function checkMeta(
  settings: Settings,
  credentials: Credentials | null,
): Promise<readonly Diagnosis[]> {
  const { WHATSAPP_ACCESS_TOKEN, WHATSAPP_WABA_ID } = settings;
  if (WHATSAPP_ACCESS_TOKEN === undefined || WHATSAPP_WABA_ID === undefined) {
    return ["meta-keys", "meta-flows", "meta-webhooks"].map((check) =>
      skipped(check, "no account to ask about", "set WHATSAPP_ACCESS_TOKEN and WHATSAPP_WABA_ID"),
    );
  }
  const client = createClient(settings);
  const signal = AbortSignal.timeout(LIMIT_MS);
  return [
    credentials === null
      ? skipped("meta-keys", "see keys")
      : await orFailure("meta-keys", () =>
          checkRegisteredKeys(client, WHATSAPP_WABA_ID, credentials.privateKeys, signal),
        ),
    ...[await orFailure("meta-flows", () => checkFlows(client, settings, signal))].flat(),
    ...[
      await orFailure("meta-webhooks", () =>
        checkWebhooks(client, WHATSAPP_WABA_ID, settings, credentials?.appSecrets ?? null, signal),
      ),
    ].flat(),
  ];
}

async function orFailure<T>(check: string, look: () => Promise<T>): Promise<T | Diagnosis> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GraphError || error instanceof DeployError) {
      return failedWith(check, error.message, "try again");
    }
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return failed(check, "Meta took too long", "try again");
    }
    throw error;
  }
}

async function checkRegisteredKeys(
  client: GraphClient,
  wabaId: string,
  privateKeys: readonly PrivateKey[],
  signal: AbortSignal,
): Promise<Diagnosis> {
  const own = new Set(privateKeys.map(({ fingerprint }) => fingerprint));
  const numbers = await compareKeys(client, wabaId, own, signal);
  if (numbers.length === 0) {
    return failed(
      "meta-keys",
      "the account has no phone number",
      "add and verify one in the app dashboard",
    );
  }
  const bad = numbers.filter(({ verdict }) => !isGoodKey(verdict));
  if (bad.length === 0) {
    return passed("meta-keys", `good for ${count(numbers.length, "phone number")}`);
  }
  const verdicts = [...new Set(bad.map(({ verdict }) => describeVerdict(verdict)))].join(", ");
  return failed(
    "meta-keys",
    `${verdicts}: ${bad.length} of ${count(numbers.length, "phone number")}`,
    "run: flowpoint keys upload --all",
  );
}

async function checkFlows(
  client: GraphClient,
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const lockfile = await openLockfile(
    settings.HANDLERS_DIR,
    ENVIRONMENT,
    settings.WHATSAPP_WABA_ID ?? null,
  );
  const diagnoses: Diagnosis[] = [];
  for (const [name, { flowId, pending }] of await lockfile.list()) {
    if (flowId === null) continue;
    diagnoses.push(
      ...[
        await orFailure("meta-flows", async () => {
          const flow = await readFlow(client, flowId, signal);
          const number = settings.WHATSAPP_PHONE_NUMBER_ID ?? null;
          const health = await readHealth(client, flowId, number, signal);
          return describeDeployedFlow({ name, flow, health, pending }, settings);
        }),
      ].flat(),
    );
  }
  return diagnoses.length > 0
    ? diagnoses
    : [skipped("meta-flows", "no flow was deployed from here", "run: flowpoint flows deploy")];
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? "" : "s"}`;
}
