// A real server: the command that `npm start` runs, as a process of its own, in the development profile, with its own
// empty data directory, keys and free ports. Gone when the benchmark is gone, however that ends.

import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endWithUs, removeWithUs } from "../test/helpers/end-with-us.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const READY_WITHIN_MS = 60_000;
const POLL_MS = 5;

export type ServerProcess = {
  readonly pid: number;
  readonly url: string;
  /** From the start of the process to the first 200 of `/readyz`. */
  readonly readyAfterMs: number;
  /** Reads the server's own metrics: name with labels, as Prometheus writes it, to value. */
  readMetrics(): Promise<ReadonlyMap<string, number>>;
  /** SIGTERM; resolves when the process has ended, and throws unless it ended with status 0. */
  stop(): Promise<void>;
};

/** Keys and secrets that the server is given, as an operator would. */
export type ServerSecrets = {
  readonly publicKey: KeyObject;
  readonly privateKeyPem: string;
  readonly appSecret: string;
  readonly flowTokenSecret: string;
};

export function createSecrets(): ServerSecrets {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    publicKey,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    appSecret: randomBytes(16).toString("hex"),
    flowTokenSecret: randomBytes(32).toString("base64url"),
  };
}

/** Runs `work` with a fresh folder, and removes it afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "flowpoint-bench-"));
  const release = removeWithUs(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    release();
  }
}

/**
 * Starts `flowpoint serve` and waits until it is ready.
 *
 * @param settings environment of the server, and nothing else of this process but PATH and HOME
 * @throws Error with the server's last words when it ends or is not ready within a minute
 */
export async function startServerProcess(
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const [port, adminPort] = await Promise.all([findFreePort(), findFreePort()]);
  const url = `http://127.0.0.1:${port}`;
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "bin/flowpoint.js"), "serve"], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lastWords = keepTail(child);
  const ended = once(child, "close");
  await once(child, "spawn");
  // A process that was spawned has a pid.
  const pid = child.pid as number;
  const release = endWithUs(pid);
  void ended.finally(release);

  await untilReady(child, url, () => lastWords().join(""));
  return {
    pid,
    url,
    readyAfterMs: performance.now() - startedMs,
    readMetrics: async () =>
      parseMetrics(await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      if (child.exitCode !== 0) throw new Error(`the server did not stop well: ${lastWords()}`);
    },
  };
}

async function untilReady(child: ChildProcess, url: string, lastWords: () => string) {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS);
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || deadline.aborted) {
      child.kill("SIGKILL");
      throw new Error(`the server did not become ready: ${lastWords()}`);
    }
    const response = await fetch(`${url}/readyz`).catch(() => null);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The last few lines that a process printed. */
function keepTail(child: ChildProcess): () => readonly string[] {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      chunks.push(chunk);
      if (chunks.length > 20) chunks.shift();
    });
  }
  return () => chunks;
}

/** Prometheus text without comments: `name{labels} value`. */
function parseMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // Listening on TCP: the address is an object.
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
