// A production server that has never reached its database: what needs none works, and it says that it is not ready.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submit } from "../helpers/build-server.ts";
import {
  makeTemporaryFolder,
  mintForSpawned,
  type SpawnedServer,
  sendTo,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

describe("a server without its database", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;
  let cores: number;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    const { launcher, ...bound } = await boundToOneCore();
    ({ cores } = bound);
    server = await spawnServer(folder.path, { ...WITHOUT_DATABASE, LOG_LEVEL: "trace" }, launcher);
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  it("is alive, and not ready", async () => {
    for (const base of [server.url, server.adminUrl]) {
      expect((await fetch(`${base}/livez`)).status).toBe(200);
      const readiness = await fetch(`${base}/readyz`);
      expect(readiness.status).toBe(503);
      expect(await readiness.json()).toEqual({ ready: false, phase: "starting", database: "down" });
    }
  });

  it("answers pings", async () => {
    expect(await sendTo(server, { action: "ping" })).toMatchObject({
      status: 200,
      clear: { data: { status: "active" } },
    });
  });

  it("runs handlers that need none", async () => {
    const { status, clear } = await sendTo(server, submit(mintForSpawned(), "show", "no database"));

    expect(status).toBe(200);
    expect(clear).toMatchObject({ screen: "DETAILS", data: { title: "no database" } });
  });

  it("keeps the users of handlers that need one on their screen", async () => {
    const { status, clear } = await sendTo(server, submit(mintForSpawned(), "once", "no database"));

    expect(status).toBe(200);
    expect(clear).toMatchObject({ screen: "START", data: { error_message: expect.any(String) } });
  });

  it("says in its log what it waits for, once", async () => {
    await server.waitForOutput(/not ready: the database cannot be read/);
    const lines = server.output().stdout.split("\n");

    expect(lines.filter((line) => line.includes("not ready"))).toHaveLength(1);
  });

  it("made nothing up", async () => {
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("shows metrics on the admin listener alone, and no player", async () => {
    expect((await fetch(`${server.adminUrl}/metrics`)).status).toBe(200);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${server.url}/player/`)).status).toBe(404);
    expect((await fetch(`${server.adminUrl}/flows/drill`, { method: "POST" })).status).toBe(404);
  });

  it("has a thread for each core for its cryptography, and one more", async () => {
    // The first request has brought the pool to life.
    await sendTo(server, { action: "ping" });

    const threads = await readdir(`/proc/${server.pid}/task`);
    const names = await Promise.all(
      threads.map((thread) => readFile(`/proc/${server.pid}/task/${thread}/comm`, "utf8")),
    );

    expect(names.filter((name) => name.startsWith("libuv-worker"))).toHaveLength(cores + 1);
  });
});

/** On one core the pool's size differs from Node's own default, which is four. */
async function boundToOneCore(): Promise<{
  readonly launcher: readonly string[];
  readonly cores: number;
}> {
  const taskset = "/usr/bin/taskset";
  if (!existsSync(taskset)) return { launcher: [], cores: availableParallelism() };
  const status = await readFile("/proc/self/status", "utf8");
  const [, core = "0"] = /^Cpus_allowed_list:\s*(\d+)/m.exec(status) ?? [];
  return { launcher: [taskset, "-c", core], cores: 1 };
}
