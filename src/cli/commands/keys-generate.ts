// flowpoint keys generate

import { generateKeyPair } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadSettings } from "../../app/environment.ts";
import type { Secret } from "../../app/secret.ts";
import { parsePrivateKeys } from "../../protocol/private-key.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";

type Options = { readonly out?: string; readonly name?: string; readonly json?: true };

export function keysGenerateCommand(): Command {
  return new Command("generate")
    .description(
      "make an RSA-2048 key pair; encrypted when WHATSAPP_PRIVATE_KEY_PASSPHRASE is set (never an argument: others can read those)",
    )
    .option("--out <folder>", "where to; default KEYS_DIR")
    .option("--name <name>", "file name without ending; default flowpoint-<date>")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const settings = loadSettings("files");
      const folder = path.resolve(options.out ?? settings.KEYS_DIR);
      const date = systemClock.now().toISOString().slice(0, 10);
      const base = path.join(folder, options.name ?? `flowpoint-${date}`);
      const files = { privateKey: `${base}.pem`, publicKey: `${base}.public.pem` };
      const pem = await generatePem(settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE);
      const [key] = parsePrivateKeys({
        name: files.privateKey,
        bytes: pem,
        passphrase: settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE?.reveal(),
      });
      if (key === undefined) throw new CommandFailed("the new key could not be read back");
      await mkdir(folder, { recursive: true });
      await writeNew(files.privateKey, pem, 0o600);
      await writeNew(files.publicKey, `${key.publicKeyPem}\n`, 0o644);
      if (options.json === true) return writeJson({ ...files, fingerprint: key.fingerprint });
      writeProgress(`private key ${files.privateKey}\npublic key  ${files.publicKey}`);
      return writeResult(key.fingerprint);
    });
}

async function generatePem(passphrase: Secret | undefined): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const encryption =
    passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase: passphrase.reveal() };
  return privateKey.export({ type: "pkcs8", format: "pem", ...encryption }).toString();
}

/** A key that is overwritten is lost, and with it every message sent under it. */
async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(file, text, { mode, flag: "wx" });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") {
      throw new CommandFailed(`${file} exists; choose another --name`, { cause });
    }
    throw cause;
  }
}
