// Key after key under load, in the order that an operator keeps: the new private key goes to every instance, its public
// half is published once each of them opens requests under it, and only then the old one is taken away. Phones hold the
// key that they have until they meet 421, and fetch the published one then.

import { generateKeyPair, type KeyObject } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { request } from "undici";
import { SECRETS } from "../faults/instance.ts";
import { createPhone } from "../helpers/phone.ts";
import { openCluster } from "./cluster.ts";
import { Load } from "./load.ts";
import { type Reckoning, reckon } from "./reckon.ts";

export type RotationOptions = {
  readonly instances: number;
  readonly rotations: number;
  /** From one new key to the next. */
  readonly everyMs: number;
  readonly requestsPerSecond: number;
  readonly redis: boolean;
  /** Further settings of every instance. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told of progress. */
  readonly note: (progress: string) => void;
};

export type RotationReport = {
  readonly reckoning: Reckoning;
  /** Longest time from a key's file in the last folder to the last instance that used it. */
  readonly longestPickUpMs: number;
};

const PICK_UP_LIMIT_MS = 30_000;
const ASK_EVERY_MS = 50;

const makeKeyPair = promisify(generateKeyPair);
type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

export async function runRotation(options: RotationOptions): Promise<RotationReport> {
  const { rotations, everyMs, note } = options;
  let current: KeyPair = await makeKeyPair("rsa", { modulusLength: 2048 });
  await using cluster = await openCluster({
    ...options,
    // The first key comes as all others do.
    settings: { ...options.settings, WHATSAPP_PRIVATE_KEY: "" },
    beforeStart: (folder) => putKey(folder, 0, current),
  });
  await using load = new Load(cluster.url, { ...options, publishedKey: () => current.publicKey });
  load.start();
  let longestPickUpMs = 0;
  for (let rotation = 1; rotation <= rotations; rotation++) {
    const beganMs = performance.now();
    const next = await makeKeyPair("rsa", { modulusLength: 2048 });
    for (const folder of cluster.folders) await putKey(folder, rotation, next);
    const putMs = performance.now();
    await Promise.all(cluster.instances.map(({ url }) => untilUsed(url, next.publicKey)));
    longestPickUpMs = Math.max(longestPickUpMs, performance.now() - putMs);
    current = next;
    for (const folder of cluster.folders) await rm(fileOf(folder, rotation - 1));
    note(`${rotation} of ${rotations}: ${load.answers.length} answers so far`);
    await delay(Math.max(0, everyMs - (performance.now() - beganMs)));
  }
  await load.stop();
  await cluster.untilIdle();
  const { databaseUrl, ownDeaths } = cluster;
  const reckoning = await reckon(databaseUrl, load, { exits: [], ownDeaths });
  return { reckoning, longestPickUpMs: Math.round(longestPickUpMs) };
}

function fileOf(folder: string, rotation: number): string {
  return path.join(folder, "keys", `${rotation}.pem`);
}

async function putKey(folder: string, rotation: number, { privateKey }: KeyPair): Promise<void> {
  const file = fileOf(folder, rotation);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.draft`, privateKey.export({ type: "pkcs8", format: "pem" }), {
    mode: 0o600,
  });
  await rename(`${file}.draft`, file);
}

/** @throws Error when the instance does not open requests under the key in time */
async function untilUsed(url: string, key: KeyObject): Promise<void> {
  const phone = createPhone(key, SECRETS.WHATSAPP_APP_SECRET);
  const deadline = AbortSignal.timeout(PICK_UP_LIMIT_MS);
  while (!deadline.aborted) {
    const { headers, body } = phone.request({ version: "3.0", action: "ping" });
    // Not `fetch`, which sends what is answered 421 a second time.
    const answer = await request(`${url}/flows/drill`, { method: "POST", headers, body });
    await answer.body.dump();
    if (answer.statusCode === 200) return;
    await delay(ASK_EVERY_MS);
  }
  throw new Error("an instance did not take up a new key");
}
