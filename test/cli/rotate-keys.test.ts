// A rotation as its user goes through it: key files, a server without the new one, another with it, and the stand-in for Meta.

import { access, cp, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type SpawnedServer, spawnServer, WITHOUT_DATABASE } from "../helpers/spawn-server.ts";
import { type MetaSide, openMetaSide } from "./flows-at-meta.ts";

/** Keys come from KEYS_DIR alone. */
const KEYS_ONLY = { WHATSAPP_PRIVATE_KEY: "" };

function startServer(meta: MetaSide, keysDir: string): Promise<SpawnedServer> {
  return spawnServer(meta.env["DATA_DIR"] ?? "", {
    ...meta.env,
    ...WITHOUT_DATABASE,
    ...KEYS_ONLY,
    KEYS_DIR: keysDir,
  });
}

async function rotate(
  meta: MetaSide,
  server: SpawnedServer,
  ...args: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const env = {
    ...KEYS_ONLY,
    PUBLIC_URL: server.url,
    ADMIN_PORT: new URL(server.adminUrl).port,
  };
  const { status, stdout, stderr } = await meta.flowpoint(
    ["keys", "rotate", "--json", ...args],
    env,
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  // As the command prints it.
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

describe("flowpoint keys rotate", () => {
  it(
    "waits for the server, uploads, and moves the old key away",
    { timeout: 120_000 },
    async () => {
      const meta = await openMetaSide();
      const keysDir = meta.env["KEYS_DIR"] ?? "";
      await meta.flowpoint(["keys", "generate", "--name", "old"], KEYS_ONLY);
      // On another machine: what is put into KEYS_DIR here does not reach it.
      const itsKeys = path.join(meta.folder, "keys-elsewhere");
      await cp(keysDir, itsKeys, { recursive: true });
      const oldServer = await startServer(meta, itsKeys);
      try {
        expect(await rotate(meta, oldServer)).toMatchObject({ phase: "load" });
        expect(await rotate(meta, oldServer)).toMatchObject({ phase: "load" });
      } finally {
        await oldServer.stop();
      }

      const newServer = await startServer(meta, keysDir);
      try {
        const { phase, fingerprint } = await rotate(meta, newServer);
        expect(phase).toBe("watch");
        expect(await rotate(meta, newServer, "--retire")).toMatchObject({
          phase: "done",
          fingerprint,
        });
      } finally {
        await newServer.stop();
      }

      expect((await readdir(path.join(keysDir, "retired"))).toSorted()).toEqual([
        "old.pem",
        "old.public.pem",
      ]);
      await expect(access(path.join(keysDir, "rotation.json"))).rejects.toThrow("ENOENT");
      expect(await meta.flowpoint(["keys", "status"], KEYS_ONLY)).toMatchObject({ status: 0 });

      const files = await readdir(keysDir);
      const again = await meta.flowpoint(["keys", "rotate", "--retire"], KEYS_ONLY);
      expect(again).toMatchObject({ status: 1, stdout: "" });
      expect(again.stderr).toContain("no rotation is under way");
      expect(await readdir(keysDir)).toEqual(files);
      await meta.stop();
    },
  );
});
