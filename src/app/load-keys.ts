// Finds the private keys: in the environment, from a command, and in a folder. All keys found are used, so that an old
// one stays good while its successor is rolled out.

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { KeyError, parsePrivateKeys, type PrivateKey } from "../protocol/private-key.ts";
import type { Settings } from "./settings.ts";

const COMMAND_TIMEOUT_MS = 10_000;

type KeyText = { readonly name: string; readonly bytes: string | Uint8Array };

/** @throws KeyError for the first key that cannot be used, naming its source */
export async function loadKeys(settings: Settings): Promise<readonly PrivateKey[]> {
  const passphrase = settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE?.reveal();
  const named = [...textsFromEnvironment(settings), ...(await textsFromCommand(settings))];
  const found = await textsFromFolder(settings.KEYS_DIR);
  return [
    ...named.flatMap((text) => parsePrivateKeys({ ...text, passphrase })),
    ...found.flatMap((text) => parseUnlessPublic({ ...text, passphrase })),
  ];
}

function textsFromEnvironment(settings: Settings): readonly KeyText[] {
  const pem = settings.WHATSAPP_PRIVATE_KEY?.reveal();
  return pem === undefined ? [] : [{ name: "WHATSAPP_PRIVATE_KEY", bytes: pem }];
}

async function textsFromCommand(settings: Settings): Promise<readonly KeyText[]> {
  const command = settings.WHATSAPP_PRIVATE_KEY_COMMAND;
  if (command === undefined) return [];
  const name = "WHATSAPP_PRIVATE_KEY_COMMAND";
  try {
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", command], {
      timeout: COMMAND_TIMEOUT_MS,
    });
    return [{ name, bytes: stdout }];
  } catch {
    // The error would quote the command, and the command may hold a secret.
    throw new KeyError("UNREADABLE", `${name} failed or took over 10 s; run it by hand to see why`);
  }
}

function textsFromFolder(folder: string): Promise<readonly KeyText[]> {
  return Promise.all(
    listKeyFiles(folder).map(async (name) => ({ name, bytes: await readFile(name) })),
  );
}

/** Paths of the key files in a folder, public ones included; none where there is no folder. */
export function listKeyFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => /\.(pem|p12)$/i.test(file));
  return files.toSorted().map((file) => path.join(folder, file));
}

/** Public keys often lie beside their private ones; they are no mistake. */
function parseUnlessPublic(source: Parameters<typeof parsePrivateKeys>[0]): readonly PrivateKey[] {
  try {
    return parsePrivateKeys(source);
  } catch (error) {
    if (error instanceof KeyError && error.code === "NOT_A_PRIVATE_KEY") return [];
    throw error;
  }
}
