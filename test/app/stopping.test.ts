// How the server stops: what is under way is finished, and then nothing is left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submit } from "../helpers/build-server.ts";
import { endWithUs } from "../helpers/end-with-us.ts";
import {
  type Environment,
  makeTemporaryFolder,
  mintForSpawned,
  type SpawnedServer,
  sendTo,
  serverEnvironment,
  type SpawnedAnswer,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("a server that is told to stop", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });

  afterAll(() => folder.remove());

  /** A server with one request under way, which its deadline will end. */
  async function startBusy(env: Environment): Promise<{
    readonly server: SpawnedServer;
    readonly answer: Promise<SpawnedAnswer>;
  }> {
    const server = await spawnServer(folder.path, { ...WITHOUT_DATABASE, ...env });
    const token = mintForSpawned();
    const answer = sendTo(server, submit(token, "hang"));
    await server.waitForOutput(/"hanging"/);
    return { server, answer };
  }

  it("finishes what is under way and exits 0, taking equal signals for one", async () => {
    const { server, answer } = await startBusy({ EXCHANGE_DEADLINE_MS: "700" });

    server.signal("SIGTERM");
    await server.waitForOutput(/"stopping"/);
    server.signal("SIGTERM");
    server.signal("SIGTERM");

    // The connection ends with the answer: a balancer must not send more on it.
    expect(await answer).toMatchObject({ status: 200, connection: "close" });
    expect(await server.exited).toEqual({ status: 0, signal: null });
    expect(server.output().stderr).toBe("");
  });

  it("quits at once on a second signal", async () => {
    const { server, answer } = await startBusy({ EXCHANGE_DEADLINE_MS: "9000" });

    server.signal("SIGTERM");
    await server.waitForOutput(/"stopping"/);
    server.signal("SIGINT");

    await expect(answer).rejects.toThrow("fetch failed");
    expect(await server.exited).toEqual({ status: 130, signal: null });
  });

  it("exits 1 when what is under way outlasts its grace", async () => {
    const { server, answer } = await startBusy({
      EXCHANGE_DEADLINE_MS: "9000",
      SHUTDOWN_GRACE_MS: "50",
    });

    server.signal("SIGTERM");

    await expect(answer).rejects.toThrow("fetch failed");
    expect(await server.exited).toEqual({ status: 1, signal: null });
    expect(server.output().stdout).toContain("SHUTDOWN_GRACE_MS");
  });

  it("first says that it is not ready, and goes on answering until its delay is over", async () => {
    const server = await spawnServer(folder.path, {
      ...WITHOUT_DATABASE,
      SHUTDOWN_DELAY_MS: "1000",
    });
    server.signal("SIGTERM");
    await server.waitForOutput(/"stopping"/);

    const responses = await Promise.all(
      ["/readyz", "/livez"].flatMap((route) => [
        fetch(`${server.url}${route}`),
        fetch(`${server.adminUrl}${route}`),
      ]),
    );
    const ping = await sendTo(server, { action: "ping" });

    expect(responses.map(({ status }) => status)).toEqual([503, 503, 200, 200]);
    expect(await responses[0]?.json()).toMatchObject({ ready: false, phase: "draining" });
    expect(ping.status).toBe(200);
    expect(await server.exited).toEqual({ status: 0, signal: null });
  });

  it("does not wait for connections that say nothing", async () => {
    const server = await spawnServer(folder.path, WITHOUT_DATABASE);
    const { hostname, port } = new URL(server.url);
    const idle = connect({ host: hostname, port: Number(port) });
    await once(idle, "connect");
    const ended = once(idle, "close");

    server.signal("SIGTERM");

    expect(await server.exited).toEqual({ status: 0, signal: null });
    idle.destroy();
    await ended;
  });

  it("leaves its embedded database to the next one even when it was killed", async () => {
    const first = await spawnServer(folder.path);
    first.signal("SIGKILL");
    await first.exited;

    const second = await spawnServer(folder.path);

    expect(await second.stop()).toEqual({ status: 0, signal: null });
  });

  it.each(["npm alone", "the whole group"] as const)(
    "through npm, by a signal to %s, leaves no process",
    async (whom) => {
      const npm = spawn("npm", ["start", "--silent"], {
        cwd: ROOT,
        env: { ...process.env, ...serverEnvironment(folder.path, WITHOUT_DATABASE) },
        stdio: ["ignore", "pipe", "inherit"],
        detached: true,
      });
      const pid = npm.pid ?? 0;
      const release = endWithUs(pid, "TERM");
      const listening = Promise.withResolvers<string>();
      let output = "";
      npm.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        const url = /"url":"([^"]+)"/.exec(output)?.[1];
        if (url !== undefined) listening.resolve(url);
      });
      const url = await listening.promise;

      process.kill(whom === "npm alone" ? pid : -pid, "SIGTERM");

      expect(await once(npm, "close")).toEqual([0, null]);
      release();
      await expect(fetch(`${url}/livez`)).rejects.toThrow("fetch failed");
      expect(() => process.kill(-pid, 0)).toThrow("ESRCH");
    },
  );
});
