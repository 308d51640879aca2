// One server as a process of its own, which can be killed, frozen and started again.

import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../helpers/end-with-us.ts";

const FLOWPOINT = [fileURLToPath(new URL("../../bin/flowpoint.js", import.meta.url)), "serve"];

/** One key for all servers of a run: making one takes a while. */
export const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

export const SECRETS = {
  WHATSAPP_APP_SECRET: "app-secret-of-the-tests",
  WHATSAPP_VERIFY_TOKEN: "verify-token-of-the-tests",
  FLOW_TOKEN_SECRET: "flow-token-secret-of-the-tests-0123456789",
  WHATSAPP_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  FORWARD_SECRET: `whsec_${Buffer.alloc(32, 9).toString("base64")}`,
} as const;

const START_LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 20;
const LAST_WORDS = 4_096;

/** A process that ended without being told to. */
export class DiedByItself extends Error {
  override readonly name = "DiedByItself";
}

export interface Instance {
  /** Where it listens, and while it is away, where it did. */
  readonly url: string;
  readonly isUp: boolean;
  readonly pid: number;
  /** How often it ended without being told to: never, it is hoped. */
  readonly ownDeaths: number;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  /** SIGKILL, if it was ever started; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: its connections stay open, and nobody answers on them. */
  freeze(): void;
  thaw(): void;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
}

/** @param command  arguments for node; default: the real command */
export function createInstance(
  env: Readonly<Record<string, string>>,
  command: readonly string[] = FLOWPOINT,
): Instance {
  let url = "http://127.0.0.1:1";
  let isUp = false;
  let ownDeaths = 0;
  let current: Running | null = null;

  const running = (): Running => {
    if (current === null) throw new Error("the instance was not started");
    return current;
  };

  return {
    get url() {
      return url;
    },
    get isUp() {
      return isUp;
    },
    get pid() {
      return running().pid;
    },
    get ownDeaths() {
      return ownDeaths;
    },
    start: async () => {
      const started = startProcess(env, command);
      current = started;
      void started.gone.then(() => {
        if (current === started) isUp = false;
        if (!started.isEnding()) ownDeaths++;
      });
      url = await started.listening;
      await untilReady(started, url);
      isUp = current === started;
    },
    kill: async () => {
      isUp = false;
      await current?.end("SIGKILL");
    },
    freeze: () => process.kill(running().pid, "SIGSTOP"),
    thaw: () => process.kill(running().pid, "SIGCONT"),
    stop: async () => {
      isUp = false;
      return running().end("SIGTERM");
    },
  };
}

type Running = {
  readonly pid: number;
  readonly listening: Promise<string>;
  readonly gone: Promise<unknown>;
  readonly isEnding: () => boolean;
  readonly lastWords: () => string;
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
};

function startProcess(env: Readonly<Record<string, string>>, command: readonly string[]): Running {
  const child = spawn(process.execPath, command, {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_ENV: "production",
      PORT: "0",
      ADMIN_PORT: "0",
      SHUTDOWN_DELAY_MS: "0",
      ...SECRETS,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the server could not be started");
  const release = endWithUs(pid);
  const gone = once(child, "close").finally(release);
  const listening = Promise.withResolvers<string>();
  let words = "";
  let isEnding = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      words = (words + chunk).slice(-LAST_WORDS);
      const url = /"url":"([^"]+)"/.exec(words)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  }
  void gone.then(() => listening.reject(new DiedByItself(`it ended at its start:\n${words}`)));
  // One that is killed at its start is waited for by nobody.
  listening.promise.catch(() => {});
  return {
    pid,
    listening: listening.promise,
    gone,
    isEnding: () => isEnding,
    lastWords: () => words,
    end: async (signal) => {
      isEnding = true;
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
}

/** @throws Error when it is not ready in time, unless it was told to end meanwhile */
async function untilReady(started: Running, url: string): Promise<void> {
  const deadline = AbortSignal.timeout(START_LIMIT_MS);
  while (!started.isEnding()) {
    const response = await fetch(`${url}/readyz`, { signal: deadline }).catch(() => null);
    await response?.arrayBuffer().catch(() => null);
    if (response?.status === 200) return;
    if (deadline.aborted) throw new Error(`it did not become ready:\n${started.lastWords()}`);
    await delay(LOOK_EVERY_MS);
  }
}
