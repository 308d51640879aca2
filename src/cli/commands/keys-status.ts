// flowpoint keys status

import { Command } from "commander";
import { loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { createClient, requireSettings } from "../../app/sending/graph-settings.ts";
import { compareKeys, isGoodKey } from "../../graph/public-keys.ts";
import { CommandFailed } from "../command-failed.ts";
import { formatTable, writeJson, writeResult } from "../output.ts";
import { describeVerdict } from "../plan-report.ts";

const LIMIT_MS = 5 * 60_000;

export function keysStatusCommand(): Command {
  return new Command("status")
    .description("compare the keys here with the public key that Meta has for each phone number")
    .option("--json", "print JSON")
    .action(async (options: { readonly json?: true }) => {
      const settings = loadSettings("files");
      const { WHATSAPP_WABA_ID } = requireSettings(settings, [
        "WHATSAPP_ACCESS_TOKEN",
        "WHATSAPP_WABA_ID",
      ]);
      const keys = (await loadCredentials(settings)).privateKeys;
      const names = new Map(keys.map(({ fingerprint, name }) => [fingerprint, name]));
      const numbers = await compareKeys(
        createClient(settings),
        WHATSAPP_WABA_ID,
        new Set(names.keys()),
        AbortSignal.timeout(LIMIT_MS),
      );
      if (numbers.length === 0) {
        throw new CommandFailed("the account has no phone number; add one in the app dashboard");
      }
      const rows = numbers.map(({ id, verifiedName, verdict, fingerprint }) => ({
        phoneNumberId: id,
        verifiedName,
        key: verdict,
        fingerprint,
        file: names.get(fingerprint ?? "") ?? null,
      }));
      if (options.json === true) {
        writeJson(rows);
      } else {
        const cells = rows.map((row) => [
          row.phoneNumberId,
          row.verifiedName,
          describeVerdict(row.key),
          row.fingerprint?.slice(0, 16) ?? "-",
          row.file ?? "-",
        ]);
        writeResult(formatTable(["NUMBER", "NAME", "KEY AT META", "FINGERPRINT", "HERE"], cells));
      }
      if (rows.some(({ key }) => !isGoodKey(key))) {
        throw new CommandFailed("run: flowpoint keys upload --all");
      }
    });
}
