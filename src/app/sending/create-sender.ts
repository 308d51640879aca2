// Puts together what sending a flow takes: the number, the token's secrets, and the lockfile that knows the flow's id.

import { deriveContract } from "../../flow-json/contract.ts";
import { parseFlowJson } from "../../flow-json/document.ts";
import type { Clock } from "../../flows/services.ts";
import { DeployError } from "../../graph/deploy/deploy-error.ts";
import { LOCKFILE_NAME, openLockfile } from "../../graph/deploy/lockfile.ts";
import { type FlowAtMeta, type SendParts, startsOf } from "../../graph/send.ts";
import type { Credentials } from "../credentials.ts";
import { createClient, requireSettings } from "./graph-settings.ts";
import { findHandlerFolder, readFlowJson } from "../handler-folders.ts";
import { mintToken } from "../mint-token.ts";
import type { Settings } from "../settings.ts";

/**
 * @param environment  of the lockfile
 * @throws SettingsError without an access token or a phone number's id
 */
export function createSender(
  settings: Settings,
  credentials: Credentials,
  clock: Clock,
  environment: string,
  remember: SendParts["remember"],
): SendParts {
  const { WHATSAPP_PHONE_NUMBER_ID } = requireSettings(settings, [
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_PHONE_NUMBER_ID",
  ]);
  return {
    client: createClient(settings),
    phoneNumberId: WHATSAPP_PHONE_NUMBER_ID,
    mintToken: (wanted) => mintToken(settings, credentials, clock, wanted),
    findFlow: (flow) => findFlow(settings, environment, flow),
    remember,
  };
}

async function findFlow(
  settings: Settings,
  environment: string,
  flow: string,
): Promise<FlowAtMeta> {
  const { HANDLERS_DIR, WHATSAPP_WABA_ID = null } = settings;
  const folder = await findHandlerFolder(HANDLERS_DIR, flow);
  const contract = await readFlowJson(folder, (text) => deriveContract(parseFlowJson(text)));
  const lockfile = await openLockfile(HANDLERS_DIR, environment, WHATSAPP_WABA_ID);
  const flowId = (await lockfile.find(flow))?.flowId ?? null;
  if (flowId === null) {
    throw new DeployError(
      `${flow} is not in ${LOCKFILE_NAME} for environment ${environment}; run: flowpoint flows deploy ${flow}`,
    );
  }
  return { flowId, ...startsOf(contract) };
}
