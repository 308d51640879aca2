// Errors in handlers that reach nobody: a promise that nobody awaits, and a throw from a timer.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submit } from "../helpers/build-server.ts";
import {
  makeTemporaryFolder,
  mintForSpawned,
  sendTo,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

describe("an error that reaches nobody", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });

  afterAll(() => folder.remove());

  it("is logged without its message, and the server goes on, if it is a rejection", async () => {
    const server = await spawnServer(folder.path, WITHOUT_DATABASE);

    expect(await sendTo(server, submit(mintForSpawned(), "float", "CANARY"))).toMatchObject({
      status: 200,
    });
    await server.waitForOutput(/a promise was rejected and nobody had asked/);

    expect(await sendTo(server, { action: "ping" })).toMatchObject({ status: 200 });
    expect(await server.stop()).toEqual({ status: 0, signal: null });
    expect(JSON.stringify(server.output())).not.toContain("CANARY");
  });

  it("is logged without its message, and the server drains and exits 1, if it is an exception", async () => {
    const server = await spawnServer(folder.path, WITHOUT_DATABASE);

    expect(await sendTo(server, submit(mintForSpawned(), "throw-later", "CANARY"))).toMatchObject({
      status: 200,
    });

    expect(await server.exited).toEqual({ status: 1, signal: null });
    const { stdout, stderr } = server.output();
    expect(stdout).toContain("an error was thrown where nothing could catch it");
    expect(stdout + stderr).not.toContain("CANARY");
  });
});
