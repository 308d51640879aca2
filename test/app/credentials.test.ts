// Where secrets and private keys come from: the environment, a command, a folder; in development made up once.

import { generateKeyPairSync } from "node:crypto";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadCredentials } from "../../src/app/credentials.ts";
import { parseSettings } from "../../src/app/settings.ts";
import { parsePrivateKeys } from "../../src/protocol/private-key.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

type Pair = { readonly pem: string; readonly publicPem: string; readonly fingerprint: string };

function makePair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const [key] = parsePrivateKeys({ name: "made", bytes: pem });
  return {
    pem,
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    fingerprint: key?.fingerprint ?? "",
  };
}

const [first, second, third] = [makePair(), makePair(), makePair()];

describe("credentials", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let keysDir: string;

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    keysDir = path.join(folder.path, "keys");
    await mkdir(keysDir);
  });

  afterEach(() => folder.remove());

  function load(env: Readonly<Record<string, string>> = {}) {
    const dirs = { DATA_DIR: path.join(folder.path, "data"), KEYS_DIR: keysDir };
    return loadCredentials(parseSettings({ ...dirs, ...env }));
  }

  async function fingerprintsOf(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
    return (await load(env)).privateKeys.map(({ fingerprint }) => fingerprint);
  }

  describe("that are not set in development", () => {
    it("are made up once, and are the same after a restart", async () => {
      const made = await load();
      const again = await load();

      expect(made.generated).toEqual([
        "WHATSAPP_APP_SECRET",
        "WHATSAPP_VERIFY_TOKEN",
        "FLOW_TOKEN_SECRET",
        "private key",
      ]);
      expect(made.flowTokenSecrets[0]?.length).toBeGreaterThanOrEqual(32);
      expect(again).toEqual(made);
    });

    it("are readable by their owner alone", async () => {
      await load();

      const data = path.join(folder.path, "data");
      const modes = await Promise.all(
        (await readdir(data)).map(async (file) => {
          const { mode } = await stat(path.join(data, file));
          return (mode & 0o777).toString(8);
        }),
      );
      expect(modes).toEqual(["600", "600"]);
      expect(((await stat(data)).mode & 0o777).toString(8)).toBe("700");
    });

    it("are the same for two processes that start at once", async () => {
      const [one, other] = await Promise.all([load(), load()]);

      expect(other).toEqual(one);
      // No draft is left behind.
      expect(await readdir(path.join(folder.path, "data"))).toHaveLength(2);
    });
  });

  it("that are set are used as they are, and the rest is made up", async () => {
    const { appSecrets, verifyToken, generated } = await load({
      WHATSAPP_APP_SECRET: "new, old",
      WHATSAPP_VERIFY_TOKEN: "token",
      WHATSAPP_PRIVATE_KEY: first.pem,
    });

    expect(appSecrets).toEqual(["new", "old"]);
    expect(verifyToken).toBe("token");
    expect(generated).toEqual(["FLOW_TOKEN_SECRET"]);
  });

  it("hold every key of the environment, with its line breaks written either way", async () => {
    const oneLine = first.pem.replaceAll("\n", String.raw`\n`);

    expect(await fingerprintsOf({ WHATSAPP_PRIVATE_KEY: oneLine })).toEqual([first.fingerprint]);
    expect(await fingerprintsOf({ WHATSAPP_PRIVATE_KEY: first.pem + second.pem })).toEqual([
      first.fingerprint,
      second.fingerprint,
    ]);
  });

  it("hold every key that a command prints", async () => {
    const file = path.join(folder.path, "from-a-manager.txt");
    await writeFile(file, first.pem);

    expect(await fingerprintsOf({ WHATSAPP_PRIVATE_KEY_COMMAND: `cat '${file}'` })).toEqual([
      first.fingerprint,
    ]);
  });

  it("hold every private key of the folder, and pass over the rest of it", async () => {
    await writeFile(path.join(keysDir, "b.pem"), second.pem);
    await writeFile(path.join(keysDir, "a.pem"), first.pem);
    await writeFile(path.join(keysDir, "a.public.pem"), first.publicPem);
    await writeFile(path.join(keysDir, "README.md"), "No key.");

    expect(await fingerprintsOf({})).toEqual([first.fingerprint, second.fingerprint]);
  });

  it("hold the keys of all places at once", async () => {
    const file = path.join(folder.path, "from-a-manager.txt");
    await writeFile(file, second.pem);
    await writeFile(path.join(keysDir, "c.pem"), third.pem);

    expect(
      await fingerprintsOf({
        WHATSAPP_PRIVATE_KEY: first.pem,
        WHATSAPP_PRIVATE_KEY_COMMAND: `cat '${file}'`,
      }),
    ).toEqual([first.fingerprint, second.fingerprint, third.fingerprint]);
  });

  it("open an encrypted key with the passphrase", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" })
      .toString();

    const env = { WHATSAPP_PRIVATE_KEY: pem, WHATSAPP_PRIVATE_KEY_PASSPHRASE: "open sesame" };
    expect(await fingerprintsOf(env)).toHaveLength(1);
    await expect(load({ ...env, WHATSAPP_PRIVATE_KEY_PASSPHRASE: "CANARY" })).rejects.toMatchObject(
      {
        name: "KeyError",
        message: expect.not.stringContaining("CANARY"),
      },
    );
  });

  it("name the file of a key that cannot be used", async () => {
    const file = path.join(keysDir, "broken.pem");
    await writeFile(file, "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n");

    await expect(load()).rejects.toMatchObject({
      name: "KeyError",
      message: expect.stringContaining(file),
    });
    await expect(load()).rejects.toMatchObject({ message: expect.not.stringContaining("CANARY") });
  });
});
