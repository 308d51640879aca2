// flowpoint flows preview <flow> [--interactive] [--renew] [--env <environment>]

import { Command, Option } from "commander";
import { renderUnicodeCompact } from "uqr";
import { systemClock } from "../../app/clock.ts";
import { loadCredentials } from "../../app/credentials.ts";
import { findHandlerFolder, readFlowJson } from "../../app/handler-folders.ts";
import { mintToken } from "../../app/mint-token.ts";
import { requireSettings } from "../../app/sending/graph-settings.ts";
import { deriveContract } from "../../flow-json/contract.ts";
import { parseFlowJson } from "../../flow-json/document.ts";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { readPreview } from "../../graph/flows.ts";
import { encodePreviewLink, type InteractivePreview } from "../../graph/preview-link.ts";
import { readDisplayNumber } from "../../graph/public-keys.ts";
import { chooseStart, startsOf } from "../../graph/send.ts";
import {
  addEnvironmentOption,
  type EnvironmentOption,
  openDeployment,
  type OpenDeployment,
} from "../deployment.ts";
import { parseJsonObjectOption } from "../json-object-option.ts";
import { requireLockedFlow } from "../locked-flow.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";

type Options = EnvironmentOption & {
  readonly interactive?: true;
  readonly action?: "navigate" | "data_exchange";
  readonly screen?: string;
  readonly data?: JsonObject;
  readonly phoneNumber?: string;
  readonly debug?: true;
  readonly renew?: true;
  readonly json?: true;
};

export function flowsPreviewCommand(): Command {
  const command = new Command("preview")
    .description("a link to Meta's preview, which anybody can open who has it, for 30 days")
    .argument("<flow>");
  return addEnvironmentOption(command)
    .option("--interactive", "one that can be filled in, and asks the endpoint; with a new token")
    .addOption(
      new Option(
        "--action <action>",
        "interactive: how it opens; default: as the flow needs",
      ).choices(["navigate", "data_exchange"]),
    )
    .option("--screen <screen>", "interactive: the first screen")
    .option("--data <json>", "interactive: an object for the first screen", parseJsonObjectOption)
    .option(
      "--phone-number <number>",
      "interactive: whose public key it encrypts with, digits only; default: that of WHATSAPP_PHONE_NUMBER_ID",
    )
    .option("--debug", "interactive: show the requests beside the flow")
    .option("--renew", "make a new link, and end the old one")
    .option("--json", "print JSON")
    .action(async (flow: string, options: Options) => {
      const deployment = await openDeployment(options.env);
      const { client, lockfile, signal } = deployment;
      const { flowId } = await requireLockedFlow(lockfile, flow);
      const parameters = isInteractive(options)
        ? await createParameters(deployment, flow, options)
        : null;
      const preview = await readPreview(client, flowId, options.renew === true, signal);
      const url = parameters === null ? preview.url : encodePreviewLink(preview.url, parameters);
      if (options.json === true) return writeJson({ flow, flowId, ...preview, url });
      writeResult(url);
      // For a phone's camera.
      if (process.stderr.isTTY) writeProgress(renderUnicodeCompact(url));
      return writeProgress(`good until ${preview.expiresAt}`);
    });
}

/** Whatever else belongs to it asks for it, too. */
function isInteractive(options: Options): boolean {
  const { interactive, action, screen, data, phoneNumber, debug } = options;
  return [interactive, action, screen, data, phoneNumber, debug].some(
    (given) => given !== undefined,
  );
}

async function createParameters(
  { settings, client, signal }: OpenDeployment,
  flow: string,
  options: Options,
): Promise<InteractivePreview> {
  const folder = await findHandlerFolder(settings.HANDLERS_DIR, flow);
  const contract = await readFlowJson(folder, (text) => deriveContract(parseFlowJson(text)));
  const { hasEndpoint } = contract;
  const { action, screen, data, phoneNumber, debug } = options;
  const start = chooseStart(
    {
      ...(action === undefined ? {} : { action }),
      ...(screen === undefined ? {} : { screen }),
      ...(data === undefined ? {} : { data }),
    },
    startsOf(contract),
  );
  const readNumber = (): Promise<string> => {
    const { WHATSAPP_PHONE_NUMBER_ID } = requireSettings(settings, ["WHATSAPP_PHONE_NUMBER_ID"]);
    return readDisplayNumber(client, WHATSAPP_PHONE_NUMBER_ID, signal);
  };
  const credentials = await loadCredentials(settings);
  return {
    flowToken: (await mintToken(settings, credentials, systemClock, { flow })).token,
    start,
    phoneNumber: hasEndpoint ? (phoneNumber ?? (await readNumber())) : null,
    debug: debug === true,
  };
}
