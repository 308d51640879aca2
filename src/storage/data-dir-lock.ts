// Keeps a second process away from the embedded database, which has no lock of its own and is destroyed by two writers.
//
// Two locks, because neither alone is enough. A listening socket in Linux' abstract namespace belongs to the process
// and goes with it, even by SIGKILL, but is not seen from another container. A lock file on the volume is seen by all,
// but outlives its owner; so its owner writes it anew every few seconds, and one that was not written for a while is
// nobody's. Its age is judged by the volume's own clock, since machines may disagree about the time.

import { createHash, randomUUID } from "node:crypto";
import { open, readFile, readlink, realpath, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { hostname } from "node:os";
import path from "node:path";

const LOCK_FILE = "lock";
const WRITE_EVERY_MS = 5_000;
/** Three missed writes. */
const STALE_AFTER_MS = 20_000;

export interface DataDirLock {
  release(): Promise<void>;
}

/** The message says who holds it and what to do. */
export class DataDirLockedError extends Error {
  override readonly name = "DataDirLockedError";
}

/** @throws DataDirLockedError when another live process holds the folder */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const folder = await realpath(dataDir);
  const socket = await listenOrRefuse(folder);
  try {
    const file = await takeLockFile(path.join(folder, LOCK_FILE), socket !== null);
    return {
      release: async () => {
        await file.release();
        socket?.close();
      },
    };
  } catch (error) {
    socket?.close();
    throw error;
  }
}

async function listenOrRefuse(folder: string): Promise<Server | null> {
  if (process.platform !== "linux") return null;
  const { dev, ino } = await stat(folder);
  const name = createHash("sha256").update(`${folder} ${dev} ${ino}`).digest("hex").slice(0, 32);
  const server = createServer((connection) => connection.destroy());
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen({ path: `\0flowpoint-${name}` }, listening.resolve);
  try {
    await listening.promise;
  } catch (cause) {
    throw new DataDirLockedError(
      `${folder} is open in another process; stop it, or give this one a DATA_DIR of its own`,
      { cause },
    );
  }
  server.unref();
  return server;
}

/** @param ownsSocket  whether this process is known to be the only live one of this machine */
async function takeLockFile(file: string, ownsSocket: boolean): Promise<DataDirLock> {
  const owner = `${await machineName()} ${process.pid} ${randomUUID()}`;
  await removeStale(file, ownsSocket);
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(owner);
    await handle.close();
  } catch (cause) {
    throw new DataDirLockedError(
      `${file} is held by a process in another container or on another machine; stop it, or remove the file if that is gone`,
      { cause },
    );
  }
  const timer = setInterval(() => {
    // "r+" does not create: a file that is gone was taken from us. A failure shows as age to others, which is the truth.
    writeFile(file, owner, { flag: "r+" }).catch(() => {});
  }, WRITE_EVERY_MS);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      await rm(file, { force: true });
    },
  };
}

async function removeStale(file: string, ownsSocket: boolean): Promise<void> {
  const found = await readLockFile(file);
  if (found === null) return;
  const isOfThisMachine = found.machine === (await machineName());
  const isDead = isOfThisMachine
    ? ownsSocket || !isRunning(found.pid)
    : found.ageMs > STALE_AFTER_MS;
  if (isDead) await rm(file, { force: true });
}

async function readLockFile(
  file: string,
): Promise<{ readonly machine: string; readonly pid: number; readonly ageMs: number } | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    const [machine = "", pid = ""] = text.split(" ");
    return { machine, pid: Number(pid), ageMs: (await volumeTimeMs(file)) - mtimeMs };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Now, by the clock that stamps the files of this volume. */
async function volumeTimeMs(besideFile: string): Promise<number> {
  const probe = `${besideFile}.${randomUUID()}`;
  await writeFile(probe, "");
  const { mtimeMs } = await stat(probe);
  await rm(probe);
  return mtimeMs;
}

/** Where abstract sockets and process ids mean the same: the host, and the network namespace where there are any. */
async function machineName(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/net").catch(() => "");
  return `${hostname()}/${namespace}`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
