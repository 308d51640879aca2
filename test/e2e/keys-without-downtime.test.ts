// One key after another in KEYS_DIR of a running server: whoever encrypts for a key that is there is answered, before,
// while and after others come and go.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPhone } from "../helpers/phone.ts";
import {
  makeTemporaryFolder,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

const [APP_SECRET = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");
const PING = { version: "3.0", action: "ping" };

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

function pemOf({ privateKey }: Pair): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

describe("a server whose keys are exchanged", () => {
  const [old, successor] = [0, 1].map(() =>
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ) as [Pair, Pair];
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;
  let inKeysDir: (name: string) => string;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    inKeysDir = (name) => path.join(folder.path, "keys", name);
    await mkdir(inKeysDir(""));
    await writeFile(inKeysDir("old.pem"), pemOf(old));
    server = await spawnServer(folder.path, { ...WITHOUT_DATABASE, WHATSAPP_PRIVATE_KEY: "" });
  });

  afterAll(async () => {
    const { status } = await server.stop();
    await folder.remove();
    if (status !== 0) throw new Error("the server did not end cleanly");
  });

  const ask = async ({ publicKey }: Pair): Promise<number> => {
    const { headers, body } = createPhone(publicKey, APP_SECRET).request(PING);
    const response = await fetch(`${server.url}/flows/drill`, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    });
    await response.arrayBuffer();
    return response.status;
  };

  /** Asks under both keys, over and over, until one more line of the log says so. */
  const askUntil = async (
    pattern: RegExp,
  ): Promise<{ readonly old: readonly number[]; readonly successor: readonly number[] }> => {
    const statuses = { old: [] as number[], successor: [] as number[] };
    while (!pattern.test(server.output().stdout)) {
      statuses.old.push(await ask(old));
      statuses.successor.push(await ask(successor));
    }
    return statuses;
  };

  it("uses a new one as soon as it is there, and the old one all the while", async () => {
    expect([await ask(old), await ask(successor)]).toEqual([200, 421]);
    await writeFile(inKeysDir("successor.pem"), pemOf(successor));

    const during = await askUntil(/"loaded":\["[0-9a-f]{64}"\],"retired":\[\]/);

    expect(new Set(during.old)).toEqual(new Set([200]));
    expect(during.successor.every((status) => status === 421 || status === 200)).toBe(true);
    expect([await ask(old), await ask(successor)]).toEqual([200, 200]);
  });

  it("names a file that it cannot use, and goes on with what it has", async () => {
    await writeFile(inKeysDir("broken.pem"), pemOf(old).slice(0, 300));
    await writeFile(inKeysDir("successor.pem"), "not a key any more");

    const during = await askUntil(/"file":"[^"]+broken\.pem"[^]*"file":"[^"]+successor\.pem"/);
    await rm(inKeysDir("broken.pem"));

    expect(new Set([...during.old, ...during.successor])).toEqual(new Set([200]));
    expect([await ask(old), await ask(successor)]).toEqual([200, 200]);
  });

  it("retires the one that is taken away, and keeps the other", async () => {
    await writeFile(inKeysDir("draft"), pemOf(successor));
    await rename(inKeysDir("draft"), inKeysDir("successor.pem"));
    await rm(inKeysDir("old.pem"));

    const during = await askUntil(/"loaded":\[\],"retired":\["[0-9a-f]{64}"\]/);

    expect(during.old.every((status) => status === 200 || status === 421)).toBe(true);
    expect(new Set(during.successor)).toEqual(new Set([200]));
    expect([await ask(old), await ask(successor)]).toEqual([421, 200]);
  });

  it("does not give up the last one", async () => {
    await rm(inKeysDir("successor.pem"));

    const during = await askUntil(/no usable private key any more/);

    expect(new Set(during.successor)).toEqual(new Set([200]));
    expect(await ask(successor)).toBe(200);
  });

  it("retires the last one when its successor comes", async () => {
    await writeFile(inKeysDir("third.pem"), pemOf(old));

    await askUntil(/"loaded":\["([0-9a-f]{64})"\],"retired":\["(?!\1)[0-9a-f]{64}"\]/);

    expect([await ask(old), await ask(successor)]).toEqual([200, 421]);
  });
});
