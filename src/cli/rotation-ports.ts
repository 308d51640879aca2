// A rotation's surroundings on this machine: its state and the keys in KEYS_DIR, and a server that can be asked.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { elapsedMs } from "../app/clock.ts";
import { loadCredentials } from "../app/credentials.ts";
import { serverUrl, type Settings } from "../app/settings.ts";
import { listHandlerFolders } from "../flows/load-handlers.ts";
import { type NewKey, ROTATION, type Rotation, type RotationPorts } from "../graph/rotate-keys.ts";
import { parsePrivateKeys } from "../protocol/private-key.ts";
import { CommandFailed } from "./command-failed.ts";
import { keyFilesOf, writeKeyPair } from "./key-files.ts";
import { loadOwnCertificate } from "./own-certificate.ts";
import { readServerMetrics } from "./server-metrics.ts";
import { createTransport } from "./simulate/transport.ts";

/** The server looks for keys beside it, and not in here. */
const RETIRED = "retired";

export function createRotationPorts(settings: Settings): RotationPorts {
  const { KEYS_DIR } = settings;
  const stateFile = path.join(KEYS_DIR, "rotation.json");
  return {
    load: () => loadState(stateFile),
    save: async (rotation) => {
      await mkdir(KEYS_DIR, { recursive: true });
      const next = `${stateFile}.next`;
      await writeFile(next, `${JSON.stringify(rotation, null, 2)}\n`, { flush: true });
      await rename(next, stateFile);
    },
    clear: () => rm(stateFile, { force: true }),
    readOrMakeKey: async (file) => (await readKey(settings, file)) ?? makeKey(settings, file),
    isLoaded: (key) => isLoaded(settings, key),
    countUndecryptable: () => countUndecryptable(settings),
    retire: async (places) => {
      for (const place of places) {
        // What is in a setting is told to whoever runs this: only they can remove it.
        if (path.dirname(place) !== KEYS_DIR) continue;
        await moveAway(place);
        await moveAway(place.replace(/\.pem$/i, ".public.pem"));
      }
    },
  };
}

async function loadState(file: string): Promise<Rotation | null> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return ROTATION.parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandFailed(
      `${file} is not as it was written; restore it, or remove it to begin a new rotation`,
      { cause },
    );
  }
}

async function readKey(settings: Settings, file: string): Promise<NewKey | null> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
  if (bytes === null) return null;
  const passphrase = settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE?.reveal();
  return parsePrivateKeys({ name: file, bytes, passphrase })[0] ?? null;
}

async function makeKey(settings: Settings, file: string): Promise<NewKey> {
  return writeKeyPair(
    keyFilesOf(file.replace(/\.pem$/, "")),
    settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE,
  );
}

/** Health checks under the new key, as Meta would send them. */
async function isLoaded(settings: Settings, { publicKeyPem }: NewKey): Promise<boolean | null> {
  const [appSecret] = (await loadCredentials(settings)).appSecrets;
  const [folder] = await listHandlerFolders(settings.HANDLERS_DIR);
  if (appSecret === undefined || folder === undefined) return null;
  const isOurs = settings.PUBLIC_URL === undefined;
  const base = (settings.PUBLIC_URL ?? serverUrl(settings)).replace(/\/+$/, "");
  const transport = await createTransport({
    endpointUrl: `${base}/flows/${folder.name}`,
    publicKeyPem,
    appSecret,
    tls: isOurs ? await loadOwnCertificate(settings) : {},
    fault: null,
    elapsedMs,
  });
  for (let asked = 0; asked < PINGS; asked += 1) {
    const answer = await transport.send({ version: "3.0", action: "ping" });
    if (answer.kind === "answer") continue;
    return answer.kind === "failed" && answer.status === 421 ? false : null;
  }
  return true;
}

/** Behind a balancer each may reach another server. */
const PINGS = 12;

async function countUndecryptable(settings: Settings): Promise<number | null> {
  const samples = await readServerMetrics(settings);
  if (samples === null) return null;
  return samples
    .filter(({ name, labels }) => name === REQUESTS && labels["status"] === "421")
    .reduce((sum, { value }) => sum + value, 0);
}

const REQUESTS = "flowpoint_exchange_requests_total";

async function moveAway(file: string): Promise<void> {
  const folder = path.join(path.dirname(file), RETIRED);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(file, path.join(folder, path.basename(file))).catch((error: unknown) => {
    // By an earlier run, or there never was one.
    if (!isAbsent(error)) throw error;
  });
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
