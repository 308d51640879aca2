// New keys as files. A key that is overwritten is lost, and with it every message sent under it: so nothing is.

import { generateKeyPair } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Secret } from "../app/secret.ts";
import { parsePrivateKeys, type PrivateKey } from "../protocol/private-key.ts";
import { CommandFailed } from "./command-failed.ts";

export type KeyFiles = { readonly privateKey: string; readonly publicKey: string };

/** @param base  path without ending */
export function keyFilesOf(base: string): KeyFiles {
  return { privateKey: `${base}.pem`, publicKey: `${base}.public.pem` };
}

/**
 * Makes an RSA-2048 key pair, encrypted when there is a passphrase. On the disk before it returns.
 *
 * @throws CommandFailed where one of the files exists
 */
export async function writeKeyPair(
  files: KeyFiles,
  passphrase: Secret | undefined,
): Promise<PrivateKey> {
  const pem = await generatePem(passphrase);
  const [key] = parsePrivateKeys({
    name: files.privateKey,
    bytes: pem,
    passphrase: passphrase?.reveal(),
  });
  if (key === undefined) throw new CommandFailed("the new key could not be read back");
  await mkdir(path.dirname(files.privateKey), { recursive: true });
  await writeNew(files.privateKey, pem, 0o600);
  await writeNew(files.publicKey, `${key.publicKeyPem}\n`, 0o644);
  return key;
}

async function generatePem(passphrase: Secret | undefined): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const encryption =
    passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase: passphrase.reveal() };
  return privateKey.export({ type: "pkcs8", format: "pem", ...encryption }).toString();
}

/** @throws CommandFailed where the file exists */
export async function writeNew(file: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(file, text, { mode, flag: "wx", flush: true });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") {
      throw new CommandFailed(`${file} exists; choose another --name`, { cause });
    }
    throw cause;
  }
}
