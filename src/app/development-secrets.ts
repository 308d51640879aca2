// Development only: makes up the secrets that are not set, once, and keeps them in `DATA_DIR` so that they are the same
// after a restart and for the command line. Production never comes here.

import { generateKeyPair, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { parsePrivateKeys, type PrivateKey } from "../protocol/private-key.ts";

const SECRETS = z.object({
  appSecret: z.string().min(1),
  verifyToken: z.string().min(1),
  flowTokenSecret: z.string().min(32),
});

export type DevelopmentSecrets = z.output<typeof SECRETS>;

/** Reads the secrets of this data directory, or makes them (mode 0600). */
export async function loadDevelopmentSecrets(dataDir: string): Promise<DevelopmentSecrets> {
  const file = path.join(dataDir, "secrets.json");
  const text = await readOrCreate(file, async () =>
    JSON.stringify(
      {
        appSecret: randomBytes(16).toString("hex"),
        verifyToken: randomBytes(16).toString("hex"),
        flowTokenSecret: randomBytes(32).toString("base64url"),
      } satisfies DevelopmentSecrets,
      null,
      2,
    ),
  );
  return SECRETS.parse(JSON.parse(text));
}

/** Reads the key of this data directory, or makes it (mode 0600). */
export async function loadDevelopmentKey(dataDir: string): Promise<readonly PrivateKey[]> {
  const file = path.join(dataDir, "private-key.pem");
  const bytes = await readOrCreate(file, async () => {
    const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  });
  return parsePrivateKeys({ name: file, bytes });
}

/** Reads the player's key of this data directory, or makes it (mode 0600): an open page survives a restart. */
export function loadPlayerKey(dataDir: string): Promise<string> {
  return readOrCreate(path.join(dataDir, "player-key"), async () =>
    randomBytes(24).toString("base64url"),
  );
}

/** Two processes may start at once: whoever creates the file first decides what is in it. */
async function readOrCreate(file: string, create: () => Promise<string>): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, await create(), { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(draft);
  }
  return readFile(file, "utf8");
}
