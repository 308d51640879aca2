// Finds the private keys: in the environment, from a command, and in a folder. All keys found are used, so that an old
// one stays good while its successor is rolled out.

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { KeyError, parsePrivateKeys, type PrivateKey } from "../protocol/private-key.ts";
import type { Settings } from "./settings.ts";

const COMMAND_TIMEOUT_MS = 10_000;

type KeyText = { readonly name: string; readonly bytes: string | Uint8Array };

/** Private keys by the path of their file; a public key's file is there too, with none. */
export type KeyFiles = ReadonlyMap<string, readonly PrivateKey[]>;

export type FoundKeys = {
  /** Good for as long as the process runs. */
  readonly named: readonly PrivateKey[];
  /** Those of KEYS_DIR, which may change. */
  readonly files: KeyFiles;
};

/** @throws KeyError for the first key that cannot be used, naming its source */
export async function loadKeys(settings: Settings): Promise<readonly PrivateKey[]> {
  return allKeys(await findKeys(settings));
}

/** As `loadKeys`, told apart by where they came from. */
export async function findKeys(settings: Settings): Promise<FoundKeys> {
  const passphrase = settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE?.reveal();
  const named = [...textsFromEnvironment(settings), ...(await textsFromCommand(settings))];
  const found = await readKeyFiles(settings.KEYS_DIR);
  return {
    named: named.flatMap((text) => parsePrivateKeys({ ...text, passphrase })),
    files: new Map(
      [...found].map(([file, bytes]) => [file, parseKeyFile(file, bytes, passphrase)] as const),
    ),
  };
}

export function allKeys({ named, files }: FoundKeys): readonly PrivateKey[] {
  return [...named, ...[...files.values()].flat()];
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

/**
 * Reads the key files in a folder, by path; none where there is no folder, `null` for a file that cannot be read.
 *
 * @throws Error when there is a folder, and it cannot be read
 */
export async function readKeyFiles(folder: string): Promise<ReadonlyMap<string, Buffer | null>> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const files = keyFilesAmong(folder, names);
  return new Map(
    await Promise.all(
      files.map(async (file) => [file, await readFile(file).catch(() => null)] as const),
    ),
  );
}

/**
 * @returns the private keys of a file; none for a public key, which often lies beside its private one
 * @throws KeyError when the file cannot be used
 */
export function parseKeyFile(
  file: string,
  bytes: Buffer | null,
  passphrase: string | undefined,
): readonly PrivateKey[] {
  if (bytes === null) throw new KeyError("UNREADABLE", `${file} cannot be read; see its mode`);
  try {
    return parsePrivateKeys({ name: file, bytes, passphrase });
  } catch (error) {
    if (error instanceof KeyError && error.code === "NOT_A_PRIVATE_KEY") return [];
    throw error;
  }
}

/** Paths of the key files in a folder, public ones included; none where there is no folder. */
export function listKeyFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return keyFilesAmong(folder, readdirSync(folder));
}

function keyFilesAmong(folder: string, names: readonly string[]): readonly string[] {
  const files = names.filter((name) => /\.(pem|p12)$/i.test(name));
  return files.toSorted().map((name) => path.join(folder, name));
}
