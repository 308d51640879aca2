// A real server: the command that `npm start` runs, as a process of its own on free ports. It is gone when the
// benchmark is gone, however that ends.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endWithUs, removeWithUs } from "../test/helpers/end-with-us.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 5;
const LAST_CHUNKS = 20;

export interface ServerProcess {
  readonly pid: number;
  readonly url: string;
  /** From the start of the process to the first 200 of `/readyz`. */
  readonly readyAfterMs: number;
  /** The server's own metrics: name and labels, as Prometheus writes them, to value. */
  readMetrics(): Promise<ReadonlyMap<string, number>>;
  /** Asks the module that was preloaded, and resolves with its answer. */
  ask(): Promise<unknown>;
  /** SIGTERM; resolves when the process has ended, and rejects unless its status was 0. */
  stop(): Promise<void>;
}

/** Runs `work` with an empty folder, and removes it afterwards. */
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

export type ProcessOptions = {
  readonly preload?: URL | null;
  readonly program?: URL | null;
};

/**
 * Starts `flowpoint serve` and waits until it is ready.
 *
 * @param settings its environment; of this process's own it gets PATH and HOME only
 * @param options.preload  a module to load into it first, which answers messages
 * @param options.program  to run in place of `flowpoint serve`
 * @throws Error with the server's last words when it ends, or is not ready within a minute
 */
export async function startServerProcess(
  settings: Readonly<Record<string, string>>,
  { preload = null, program = null }: ProcessOptions = {},
): Promise<ServerProcess> {
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const startedMs = performance.now();
  const preloading = preload === null ? [] : ["--import", preload.href];
  const serving =
    program === null ? [join(ROOT, "bin/flowpoint.js"), "serve"] : [fileURLToPath(program)];
  const command = [...preloading, ...serving];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe", ...(preload === null ? [] : (["ipc"] as const))],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the server could not be started");
  const lastWords = keepLastWords(child);
  const closed = once(child, "close");
  const release = endWithUs(pid);
  child.once("close", release);

  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(child, url);
  } catch (cause) {
    child.kill("SIGKILL");
    await closed;
    throw new Error(`the server did not become ready; its last words: ${lastWords()}`, { cause });
  }
  return {
    pid,
    url,
    readyAfterMs: performance.now() - startedMs,
    readMetrics: async () => {
      const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
      return parseMetrics(await response.text());
    },
    ask: async () => {
      child.send("");
      // An array of the message and no handle.
      const [answer] = (await once(child, "message")) as [unknown];
      return answer;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await closed;
      if (child.exitCode !== 0) {
        throw new Error(`the server did not end well; its last words: ${lastWords()}`);
      }
    },
  };
}

/** Resolves with the first 200 of `/readyz`. @throws Error when the process ends, or a minute has passed */
export async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS);
  while (child.exitCode === null && child.signalCode === null) {
    // Until it listens there is nobody to answer.
    const response = await fetch(`${url}/readyz`, { signal: deadline }).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    deadline.throwIfAborted();
    await delay(LOOK_EVERY_MS);
  }
  throw new Error("it ended");
}

function keepLastWords(child: ChildProcess): () => string {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      chunks.push(chunk);
      if (chunks.length > LAST_CHUNKS) chunks.shift();
    });
  }
  return () => chunks.join("");
}

/** Prometheus text: `name{labels} value` on each line that is no comment. */
function parseMetrics(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** A port that nobody listens on at the moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port of its own");
  return address.port;
}
