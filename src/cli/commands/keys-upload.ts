// flowpoint keys upload [--phone-number-id <id...> | --all] [--key <fingerprint>]

import { Command } from "commander";
import { loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { createClient, requireSettings } from "../../app/sending/graph-settings.ts";
import type { Settings } from "../../app/settings.ts";
import type { GraphClient } from "../../graph/client.ts";
import { isGoodKey, listPhoneNumbers, replacePublicKey } from "../../graph/public-keys.ts";
import type { PrivateKey } from "../../protocol/private-key.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";
import { describeVerdict } from "../plan-report.ts";

type Options = {
  readonly phoneNumberId?: readonly string[];
  readonly all?: true;
  readonly key?: string;
  readonly json?: true;
};

const LIMIT_MS = 5 * 60_000;

export function keysUploadCommand(): Command {
  return new Command("upload")
    .description(
      "give Meta the public half of a key that the server has, and compare what Meta shows then",
    )
    .option("--phone-number-id <id...>", "which numbers; default WHATSAPP_PHONE_NUMBER_ID")
    .option("--all", "every number of the account")
    .option("--key <fingerprint>", "which key, by the beginning of its fingerprint")
    .option("--json", "print JSON")
    .action(async (options: Options, self: Command) => {
      if (options.all === true && options.phoneNumberId !== undefined) {
        self.error("error: --all and --phone-number-id exclude one another");
      }
      const settings = loadSettings("files");
      // Only a key that the server loads too: one that is lost here would make every request unreadable.
      const key = chooseKey((await loadCredentials(settings)).privateKeys, options.key);
      const client = createClient(settings);
      const signal = AbortSignal.timeout(LIMIT_MS);
      const numbers = await chooseNumbers(settings, client, options, signal);
      const done: { readonly phoneNumberId: string; readonly key: string }[] = [];
      for (const phoneNumberId of numbers) {
        const verdict = await replacePublicKey(client, phoneNumberId, key, signal);
        if (!isGoodKey(verdict)) {
          throw new CommandFailed(
            `Meta took the key of number ${phoneNumberId}, but what it shows ${describeVerdict(verdict)}; run this again`,
          );
        }
        writeProgress(`number ${phoneNumberId}: the key at Meta ${describeVerdict(verdict)}`);
        done.push({ phoneNumberId, key: verdict });
      }
      if (options.json === true) return writeJson({ fingerprint: key.fingerprint, numbers: done });
      return writeResult(key.fingerprint);
    });
}

function chooseKey(keys: readonly PrivateKey[], wanted: string | undefined): PrivateKey {
  const found = keys.filter(({ fingerprint }) => fingerprint.startsWith(wanted ?? ""));
  const [key] = found;
  if (key !== undefined && new Set(found.map(({ fingerprint }) => fingerprint)).size === 1) {
    return key;
  }
  const known = keys.map(({ name, fingerprint }) => `${fingerprint.slice(0, 16)} (${name})`);
  throw new CommandFailed(`choose one key with --key; there are: ${known.join(", ")}`);
}

async function chooseNumbers(
  settings: Settings,
  client: GraphClient,
  { all, phoneNumberId }: Options,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (phoneNumberId !== undefined) return phoneNumberId;
  if (all !== true) {
    const { WHATSAPP_PHONE_NUMBER_ID } = requireSettings(settings, ["WHATSAPP_PHONE_NUMBER_ID"]);
    return [WHATSAPP_PHONE_NUMBER_ID];
  }
  const { WHATSAPP_WABA_ID } = requireSettings(settings, ["WHATSAPP_WABA_ID"]);
  const ids: string[] = [];
  for await (const { id } of listPhoneNumbers(client, WHATSAPP_WABA_ID, signal)) ids.push(id);
  if (ids.length > 0) return ids;
  throw new CommandFailed("the account has no phone number; add one in the app dashboard");
}
