// flowpoint keys inspect [file...]

import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { loadKeys } from "../../app/load-keys.ts";
import { parsePrivateKeys, type PrivateKey } from "../../protocol/private-key.ts";
import { CommandFailed } from "../command-failed.ts";
import { formatTable, writeJson, writeResult } from "../output.ts";

export function keysInspectCommand(): Command {
  return new Command("inspect")
    .description(
      "fingerprint, size and format of private keys (PEM or .p12); without files, of all that serve would use",
    )
    .argument("[file...]")
    .option("--json", "print JSON")
    .action(async (files: readonly string[], options: { readonly json?: true }) => {
      const settings = loadSettings();
      const passphrase = settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE?.reveal();
      const keys =
        files.length === 0
          ? await loadKeys(settings)
          : (await Promise.all(files.map((file) => inspect(file, passphrase)))).flat();
      if (keys.length === 0)
        throw new CommandFailed(`no private key in the settings or in ${settings.KEYS_DIR}`);
      const rows = keys.map(({ name, fingerprint, bits, format }) => ({
        name,
        fingerprint,
        bits,
        format,
      }));
      if (options.json === true) return writeJson(rows);
      const cells = rows.map((row) => [row.name, row.fingerprint, String(row.bits), row.format]);
      return writeResult(formatTable(["KEY", "FINGERPRINT (SHA-256)", "BITS", "FORMAT"], cells));
    });
}

async function inspect(
  file: string,
  passphrase: string | undefined,
): Promise<readonly PrivateKey[]> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CommandFailed(`${file} cannot be read; name an existing file`, { cause });
  });
  return parsePrivateKeys({ name: file, bytes, passphrase });
}
