// flowpoint keys inspect [file...]

import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { loadKeys } from "../../app/load-keys.ts";
import { KeyError, parsePrivateKeys, type PrivateKey } from "../../protocol/private-key.ts";
import { CommandFailed } from "../command-failed.ts";
import { formatTable, writeJson, writeResult } from "../output.ts";
import { parsePublicKeys, type PublicKeyDescription } from "../public-keys.ts";

export function keysInspectCommand(): Command {
  return new Command("inspect")
    .description(
      "fingerprint, size and format of keys, private or public (PEM or .p12); without files, of all that serve would use",
    )
    .argument("[file...]")
    .option("--json", "print JSON")
    .action(async (files: readonly string[], options: { readonly json?: true }) => {
      const settings = loadSettings("files");
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

type Described =
  | PublicKeyDescription
  | Pick<PrivateKey, "name" | "fingerprint" | "bits" | "format">;

async function inspect(
  file: string,
  passphrase: string | undefined,
): Promise<readonly Described[]> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CommandFailed(`${file} cannot be read; name an existing file`, { cause });
  });
  const publicKeys = parsePublicKeys(file, bytes.toString());
  try {
    return [...parsePrivateKeys({ name: file, bytes, passphrase }), ...publicKeys];
  } catch (error) {
    const isPublic = error instanceof KeyError && error.code === "NOT_A_PRIVATE_KEY";
    if (isPublic && publicKeys.length > 0) return publicKeys;
    throw error;
  }
}
