// A private Redis server for tests: a real one, on a free port of 127.0.0.1, run by an unprivileged user, without a disk,
// gone when the test run is gone. It can be killed and brought back (empty), and frozen where it stands.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { findRedis } from "../parts/find-redis.ts";
import { endWithUs } from "./end-with-us.ts";
import { freePort } from "./free-port.ts";
import { unprivilegedUser } from "./unprivileged-user.ts";

const READY = "eady to accept connections";
const START_ATTEMPTS = 5;

/** A running server. Whoever started it stops it. */
export interface RedisServer {
  readonly url: string;
  /** As when the machine is gone. Resolves when the process is. */
  kill(): Promise<void>;
  /** Starts a killed server again, at the same port and with nothing in it. */
  start(): Promise<void>;
  /** Takes connections, answers nothing. */
  freeze(): void;
  thaw(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws Error where the machine has no server program (ask with `requirePart` first) */
export async function startRedis(): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = await freePort();
      return serverAt(port, await launch(port));
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

function serverAt(port: number, launched: ChildProcess): RedisServer {
  let server = launched;
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start: async () => {
      server = await launch(port);
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    [Symbol.asyncDispose]: kill,
  };
}

async function launch(port: number): Promise<ChildProcess> {
  const program = findRedis();
  if (program === undefined)
    throw new Error("no Redis server program found: put redis-server on PATH");
  const server = spawn(
    program,
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    {
      ...(await unprivilegedUser("redis")),
      cwd: tmpdir(),
      stdio: ["ignore", "pipe", "ignore"],
      // Ctrl-C is for the test run, which then ends the server.
      detached: true,
    },
  );
  if (server.pid === undefined) {
    const [cause] = await once(server, "error");
    throw new Error("the Redis server could not be started", { cause });
  }
  server.once("exit", endWithUs(server.pid));
  await readiness(server);
  return server;
}

/** Reads the server's log, to its end: a full pipe would stop the server. */
function readiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    server.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-4_096);
      if (text.includes(READY)) resolve();
    });
    server.once("exit", () =>
      reject(new Error(`the Redis server ended before it was ready:\n${text}`)),
    );
  });
}
