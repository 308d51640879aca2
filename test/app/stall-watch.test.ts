// A handler that computes for long holds up everybody: it must be named.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submit } from "../helpers/build-server.ts";
import {
  makeTemporaryFolder,
  mintForSpawned,
  sendTo,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

describe("a handler that blocks the event loop", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });
  afterAll(() => folder.remove());

  it("is named with its line, and counted", async () => {
    const server = await spawnServer(folder.path, WITHOUT_DATABASE);

    const { status } = await sendTo(server, submit(mintForSpawned(), "block"));

    await server.waitForOutput(/a handler blocked the event loop/);
    const { stdout, stderr } = server.output();
    const lines = `${stdout}${stderr}`.split("\n");
    const line = lines.find((each) => each.includes("blocked the event loop")) ?? "";
    expect(status).toBe(200);
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      flow: "drill",
      at: expect.stringMatching(/^start \(drill\/handler\.ts:\d+\)$/),
    });
    const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
    expect(metrics).toContain('flowpoint_event_loop_stalls_total{flow="drill"} 1');
    expect(await server.stop()).toEqual({ status: 0, signal: null });
  });
});
