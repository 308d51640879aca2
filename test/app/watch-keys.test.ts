// Which keys of a folder are in use while it changes. That requests are answered meanwhile: test/e2e.

import { generateKeyPairSync } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseKeyFile } from "../../src/app/load-keys.ts";
import { watchKeys } from "../../src/app/watch-keys.ts";
import { createKeyRing, type KeyRing } from "../../src/protocol/key-ring.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

const [pem, otherPem] = [0, 1].map(() =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }),
) as [string, string];

const named = parseKeyFile("named", Buffer.from(pem), undefined);
const NAMED = named.map((key) => key.fingerprint);
const OTHER = parseKeyFile("other", Buffer.from(otherPem), undefined).map((key) => key.fingerprint);

async function watch(): Promise<{
  readonly folder: string;
  readonly ring: KeyRing;
  readonly logged: (text: string) => Promise<void>;
}> {
  const { path: root, remove } = await makeTemporaryFolder();
  const folder = path.join(root, "keys");
  const ring = await createKeyRing(named, { copies: 1 });
  const { log, lines } = captureLog();
  const found = { named, files: new Map() };
  const stop = watchKeys({ folder, passphrase: undefined, found, keys: ring, log });
  onTestFinished(async () => {
    await stop();
    await remove();
  });
  return {
    folder,
    ring,
    logged: async (text) => {
      while (!lines.some((line) => JSON.stringify(line).includes(text))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

describe("a watched KEYS_DIR", () => {
  it("may be made, filled and emptied beside a key from the environment", async () => {
    const { folder, ring, logged } = await watch();

    await mkdir(folder);
    await writeFile(path.join(folder, "added.pem"), otherPem);
    await logged(`"loaded":${JSON.stringify(OTHER)}`);
    const during = ring.fingerprints;
    await rm(folder, { recursive: true });
    await logged(`"retired":${JSON.stringify(OTHER)}`);

    expect(during).toEqual([...NAMED, ...OTHER]);
    expect(ring.fingerprints).toEqual(NAMED);
  });

  it("may hold the key that the environment has too", async () => {
    const { folder, ring, logged } = await watch();
    await mkdir(folder);
    await writeFile(path.join(folder, "same.pem"), pem);
    await writeFile(path.join(folder, "other.pem"), otherPem);
    await logged('"loaded"');

    await rm(path.join(folder, "same.pem"));
    await rm(path.join(folder, "other.pem"));
    await logged('"retired":["');

    expect(ring.fingerprints).toEqual(NAMED);
  });

  it("keeps its keys when it cannot be read", async () => {
    const { folder, ring, logged } = await watch();

    await writeFile(folder, "a file where a folder should be");
    await logged("KEYS_DIR cannot be read");

    expect(ring.fingerprints).toEqual(NAMED);
  });
});
