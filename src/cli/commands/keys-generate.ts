// flowpoint keys generate

import { X509Certificate } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadSettings } from "../../app/environment.ts";
import type { Settings } from "../../app/settings.ts";
import { keyFilesOf, writeKeyPair, writeNew } from "../key-files.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";
import { makeLocalCertificate } from "../self-signed-certificate.ts";

type Options = {
  readonly out?: string;
  readonly name?: string;
  readonly tls?: true;
  readonly json?: true;
};

export function keysGenerateCommand(): Command {
  return new Command("generate")
    .description(
      "make an RSA-2048 key pair; encrypted when WHATSAPP_PRIVATE_KEY_PASSPHRASE is set (never an argument: others can read those)",
    )
    .option("--out <folder>", "where to; default KEYS_DIR, with --tls DATA_DIR")
    .option(
      "--name <name>",
      "file name without ending; default flowpoint-<date>, with --tls localhost",
    )
    .option(
      "--tls",
      "instead, a key and a self-signed certificate for HTTPS on this machine (TLS_KEY, TLS_CERT)",
    )
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const settings = loadSettings("files");
      if (options.tls === true) return generateTls(settings, options);
      const folder = path.resolve(options.out ?? settings.KEYS_DIR);
      const date = systemClock.now().toISOString().slice(0, 10);
      const base = path.join(folder, options.name ?? `flowpoint-${date}`);
      const files = keyFilesOf(base);
      const key = await writeKeyPair(files, settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE);
      if (options.json === true) return writeJson({ ...files, fingerprint: key.fingerprint });
      writeProgress(`private key ${files.privateKey}\npublic key  ${files.publicKey}`);
      return writeResult(key.fingerprint);
    });
}

async function generateTls(settings: Settings, options: Options): Promise<void> {
  const base = path.resolve(options.out ?? settings.DATA_DIR, options.name ?? "localhost");
  // Not .pem: in KEYS_DIR that would be a key of the endpoint.
  const files = { certificate: `${base}.crt`, key: `${base}.key` };
  const made = await makeLocalCertificate(systemClock.now());
  await mkdir(path.dirname(base), { recursive: true, mode: 0o700 });
  await writeNew(files.key, made.key, 0o600);
  await writeNew(files.certificate, made.certificate, 0o644);
  const fingerprint = new X509Certificate(made.certificate).fingerprint256;
  if (options.json === true) return writeJson({ ...files, fingerprint });
  writeProgress(`TLS_CERT=${files.certificate}\nTLS_KEY=${files.key}`);
  return writeResult(fingerprint);
}
