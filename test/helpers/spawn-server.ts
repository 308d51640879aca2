// The server as a process of its own: the real command on free ports, its output kept, its data in a temporary folder.
// Whatever way the test ends, process and folder go with it.

import { spawn } from "node:child_process";
import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { endWithUs, removeWithUs } from "./end-with-us.ts";
import { flow as drill } from "./fixture-flows/drill/contract.gen.ts";
import { createPhone } from "./phone.ts";

const COMMAND = fileURLToPath(new URL("../../bin/flowpoint.js", import.meta.url));
export const FIXTURE_FLOWS = fileURLToPath(new URL("fixture-flows", import.meta.url));

/** One key for all servers of a test file: making one takes a while. */
export const spawnedKeys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } =
  generateKeyPairSync("rsa", { modulusLength: 2048 });

export const SPAWNED_SECRETS = {
  WHATSAPP_APP_SECRET: "app-secret-of-the-tests,previous-app-secret",
  WHATSAPP_VERIFY_TOKEN: "verify-token-of-the-tests",
  FLOW_TOKEN_SECRET: "flow-token-secret-of-the-tests-0123456789",
  WHATSAPP_PRIVATE_KEY: spawnedKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
} as const;

const phone = createPhone(
  spawnedKeys.publicKey,
  SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",")[0] ?? "",
);

/** What a server of the tests answered to one request. */
export type SpawnedAnswer = {
  readonly status: number;
  /** The header of that name. */
  readonly connection: string | null;
  /** `undefined` where the body is empty. */
  readonly clear: unknown;
};

/** Encrypts, signs and sends one request to the drill flow. */
export async function sendTo(
  { url }: Pick<SpawnedServer, "url">,
  clear: object,
): Promise<SpawnedAnswer> {
  const { headers, body, decrypt } = phone.request(clear);
  const response = await fetch(`${url}/flows/drill`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  const answer = await response.text();
  return {
    status: response.status,
    connection: response.headers.get("connection"),
    clear: answer === "" ? undefined : (JSON.parse(decrypt(answer)) as unknown),
  };
}

/** A flow token of the drill flow, good for the length of any test. */
export function mintForSpawned(): string {
  return createFlowTokens([SPAWNED_SECRETS.FLOW_TOKEN_SECRET]).mint({
    flow: "drill",
    expiresAtSeconds: 4_000_000_000,
    id: randomUUID(),
    contractHash: drill.contractHash,
    claims: {},
  });
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A server that never reaches its database: it starts in a moment, and most of it works. */
export const WITHOUT_DATABASE = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://127.0.0.1:1/nowhere",
  SHUTDOWN_DELAY_MS: "0",
} as const satisfies Environment;

export type Exit = { readonly status: number | null; readonly signal: NodeJS.Signals | null };

export type Finished = Exit & { readonly stdout: string; readonly stderr: string };

/** A command under way. */
export interface Running {
  readonly pid: number;
  /** Standard output and standard error so far. */
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  /** Resolves with the first match on standard output; rejects when the process ends without one. */
  readonly waitForOutput: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly exited: Promise<Exit>;
}

export interface SpawnedServer extends Running {
  readonly url: string;
  readonly adminUrl: string;
  /** SIGTERM, and its end. */
  readonly stop: () => Promise<Exit>;
}

const running = new Map<number, string>();

// A server that a test forgets would go on taking processor time from the others.
afterAll(() => {
  if (running.size > 0) throw new Error(`this file left running: ${[...running.values()].join()}`);
});

/** A folder that is gone when this process is. */
export async function makeTemporaryFolder(): Promise<{
  readonly path: string;
  readonly remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-test-"));
  const unwatch = removeWithUs(folder);
  return {
    path: folder,
    remove: async () => {
      await rm(folder, { recursive: true, force: true });
      unwatch();
    },
  };
}

/**
 * Starts the command. The environment is what is given here, not the test's own.
 *
 * @param launcher  a program that becomes the one it is told to start, with its arguments; default: none
 */
export function start(
  args: readonly string[],
  env: Environment,
  launcher: readonly string[] = [],
): Running {
  const [program = "", ...rest] = [...launcher, process.execPath, COMMAND, ...args];
  const child = spawn(program, rest, {
    cwd: tmpdir(),
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the command could not be started");
  const release = endWithUs(pid);
  running.set(pid, args.join(" "));

  const text = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      for (const look of waiting) look();
    });
  }
  // "close" comes when the output has been read to its end.
  const exited = once(child, "close").then(([status, signal]: unknown[]): Exit => {
    release();
    running.delete(pid);
    for (const look of waiting) look();
    // What a child process reports when it ends.
    return { status: status as Exit["status"], signal: signal as Exit["signal"] };
  });
  return {
    pid,
    exited,
    output: () => ({ ...text }),
    signal: (signal) => void child.kill(signal),
    waitForOutput: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text.stdout);
          if (match === null && running.has(pid)) return;
          waiting.delete(look);
          if (match !== null) resolve(match);
          else reject(new Error(`it ended without printing ${pattern}:\n${text.stderr}`));
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Runs the command to its end. */
export async function run(args: readonly string[], env: Environment): Promise<Finished> {
  const command = start(args, env);
  return { ...(await command.exited), ...command.output() };
}

/** What a server of the tests is told, so that it shares nothing with another. */
export function serverEnvironment(dataDir: string, env: Environment = {}): Environment {
  return {
    DATA_DIR: dataDir,
    HANDLERS_DIR: FIXTURE_FLOWS,
    KEYS_DIR: path.join(dataDir, "keys"),
    PORT: "0",
    ADMIN_PORT: "0",
    ...SPAWNED_SECRETS,
    ...env,
  };
}

/** Starts a server on free ports, and waits until it listens. */
export async function spawnServer(
  dataDir: string,
  env: Environment = {},
  launcher: readonly string[] = [],
): Promise<SpawnedServer> {
  const server = start(["serve"], serverEnvironment(dataDir, env), launcher);
  const isProduction = env["NODE_ENV"] === "production";
  // Development prints for people, production logs.
  const [, url = ""] = await server.waitForOutput(
    isProduction ? /"url":"([^"]+)"/ : /endpoint\s+(http\S+)\/flows\//,
  );
  const [, adminUrl = ""] = await server.waitForOutput(
    isProduction ? /"adminUrl":"([^"]+)"/ : /metrics\s+(http\S+)\/metrics/,
  );
  return {
    ...server,
    url,
    adminUrl,
    stop: async () => {
      server.signal("SIGTERM");
      return server.exited;
    },
  };
}
