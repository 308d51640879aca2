// A private Postgres server for tests: a real one, in a temporary folder, on a
// free port of 127.0.0.1, run by an unprivileged user, gone when the test run is
// gone however that ends. It can be crashed and brought back.
//
// Most tests need only a database: `createDatabase` in database.ts makes one on
// the server that all test files of a run share. A test that crashes its server,
// or counts its connections, starts its own.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { findPostgres } from "../parts/find-postgres.ts";
import { endWithUs, removeWithUs, type Release } from "./end-with-us.ts";
import { freePort } from "./free-port.ts";
import { giveTo, unprivilegedUser, type User } from "./unprivileged-user.ts";

const READY = "database system is ready to accept connections";
const START_ATTEMPTS = 5;

export type PostgresOptions = {
  /** `false` gives up fsync for speed; then a crash of the machine, not of the server, loses rows. */
  readonly durable?: boolean;
  /**
   * `false`: the WAL writer never has its turn, so that a commit which does not wait for the disk stays in memory, as
   * it may for a moment on any server.
   */
  readonly walWriter?: boolean;
  /** Further server settings, e.g. `{ max_connections: "20" }`. */
  readonly settings?: Readonly<Record<string, string>>;
};

/**
 * How a server ends without a word: `postmaster`: SIGKILL, and its children notice; `all`: SIGKILL to each of its
 * processes; `immediate`: SIGQUIT, as `pg_ctl stop -m immediate` has it. None of them writes anything more.
 */
export type Crash = "postmaster" | "all" | "immediate";

/** A running server. Whoever started it stops it. */
export interface Postgres {
  /** The superuser's URL of the `postgres` database; the same after a restart. */
  readonly url: string;
  readonly port: number;
  /** The server's process; another one after a restart. */
  readonly pid: number;
  /** Makes an empty database, or a copy of `template`, and returns its URL. */
  createDatabase(template?: string): Promise<string>;
  /** As when the kernel runs out of memory. Resolves when no process of the server is left. */
  crash(how?: Crash): Promise<void>;
  /** Starts a crashed server again, or a running one anew. Resolves when it accepts connections. */
  restart(): Promise<void>;
  /** Ends the server and removes its data. May be called more than once. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server of one's own; about a second.
 *
 * @throws Error where the machine has no server programs (ask with `requirePart`
 *   first), or with the server's last words when it does not come up
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const programs = findPostgres();
  if (programs === undefined) {
    throw new Error("no Postgres server programs found: put initdb and postgres on PATH");
  }
  const user = await unprivilegedUser("postgres");
  const folder = await mkdtemp(join(tmpdir(), "flowpoint-postgres-"));
  const unwatch = removeWithUs(folder);
  try {
    const password = randomBytes(16).toString("hex");
    const passwordFile = join(folder, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    giveTo(user, folder, passwordFile);
    const data = join(folder, "data");
    await promisify(execFile)(
      join(programs, "initdb"),
      [
        `--pgdata=${data}`,
        "--username=postgres",
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
      ],
      { ...user, cwd: folder },
    );
    const cluster: Cluster = { programs, user, folder, unwatch, data, password, options };
    return new Server(cluster, await launchOnFreePort(cluster));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    unwatch();
    throw error;
  }
}

/** What stays the same over crashes and restarts. */
type Cluster = {
  readonly programs: string;
  readonly user: User;
  readonly folder: string;
  /** Ends the watch over the folder. */
  readonly unwatch: Release;
  readonly data: string;
  readonly password: string;
  readonly options: PostgresOptions;
};

type Launched = {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly port: number;
  /** Of the WAL writer that stands still, where one does. */
  readonly walWriterPid: number | null;
  /** Resolves when the server and every one of its own children are gone. */
  readonly gone: Promise<void>;
};

class Server implements Postgres {
  readonly url: string;
  readonly port: number;
  readonly #cluster: Cluster;
  #launched: Launched;

  constructor(cluster: Cluster, launched: Launched) {
    this.#cluster = cluster;
    this.#launched = launched;
    this.port = launched.port;
    this.url = `postgres://postgres:${cluster.password}@127.0.0.1:${launched.port}/postgres`;
  }

  get pid(): number {
    return this.#launched.pid;
  }

  async createDatabase(template?: string): Promise<string> {
    return await createDatabaseAt(this.url, template);
  }

  async crash(how: Crash = "postmaster"): Promise<void> {
    const { process: postmaster, pid, walWriterPid, gone } = this.#launched;
    const children = how === "all" ? await childrenOf(pid) : [];
    postmaster.kill(how === "immediate" ? "SIGQUIT" : "SIGKILL");
    if (walWriterPid !== null) sendSignal(walWriterPid, "SIGKILL");
    for (const child of children) sendSignal(child, "SIGKILL");
    await gone;
  }

  async restart(): Promise<void> {
    await this.#end("SIGINT");
    this.#launched = await launch(this.#cluster, this.port);
  }

  async stop(): Promise<void> {
    // Without a last checkpoint: its data is thrown away.
    await this.#end("SIGQUIT");
    await rm(this.#cluster.folder, { recursive: true, force: true });
    this.#cluster.unwatch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const { process: postmaster, walWriterPid } = this.#launched;
    postmaster.kill(signal);
    // One that stands still would not end.
    if (walWriterPid !== null) sendSignal(walWriterPid, "SIGCONT");
    await this.#launched.gone;
  }
}

/** Processes that the server started; only Linux tells. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text
    .split(" ")
    .filter((word) => word.trim() !== "")
    .map(Number);
}

/** Stops the WAL writer where it stands, as soon as it is there: a moment after the server says that it is ready. */
async function holdWalWriter(pid: number): Promise<number> {
  for (;;) {
    // Throws when the server has ended.
    for (const child of await childrenOf(pid)) {
      const title = await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => "");
      if (!title.includes("walwriter")) continue;
      sendSignal(child, "SIGSTOP");
      return child;
    }
    await setImmediate();
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Another process may take the free port before the server does; then another port is tried. */
async function launchOnFreePort(cluster: Cluster): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(cluster, await freePort());
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}

/** Starts the server and waits for its own word that it accepts connections. */
async function launch(cluster: Cluster, port: number): Promise<Launched> {
  const { durable = true, walWriter = true, settings = {} } = cluster.options;
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: cluster.folder,
    fsync: durable ? "on" : "off",
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(join(cluster.programs, "postgres"), ["-D", cluster.data, ...flags], {
    ...cluster.user,
    cwd: cluster.folder,
    stdio: ["ignore", "ignore", "pipe"],
    // Ctrl-C is for the test run, which then ends the server.
    detached: true,
  });
  if (child.pid === undefined) {
    const [error] = await once(child, "error");
    throw new Error("the Postgres server could not be started", { cause: error });
  }
  child.once("exit", endWithUs(child.pid, "QUIT"));
  // "close" comes once the last holder of stderr is gone, so after the server's own children.
  const gone = once(child, "close").then(() => undefined);
  await readiness(child.stderr, gone);
  const walWriterPid = walWriter ? null : await holdWalWriter(child.pid);
  return { process: child, pid: child.pid, port, walWriterPid, gone };
}

/** Reads the server's log, to its end: a full pipe would stop the server. */
function readiness(log: NodeJS.ReadableStream, gone: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    log.setEncoding("utf8");
    log.on("data", (chunk: string) => {
      text = (text + chunk).slice(-4096);
      if (text.includes(READY)) resolve();
    });
    void gone.then(() => {
      reject(new Error(`the Postgres server ended before it was ready:\n${text}`));
    });
  });
}

/**
 * Makes a database of its own on the server behind `serverUrl`.
 *
 * @param template name of the database to copy; nothing may be connected to it
 */
export async function createDatabaseAt(serverUrl: string, template?: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await runOn(serverUrl, async (client) => {
    const copied = client.escapeIdentifier(template ?? "template0");
    await client.query(`create database ${name} template ${copied}`);
  });
  return databaseUrl(serverUrl, name);
}

/** The URL of another database on the same server. */
function databaseUrl(serverUrl: string, name: string): string {
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}

/** Runs `work` on one connection of its own. */
export async function runOn<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
