// Two processes on one embedded database would destroy it: who gets the folder, and when it is free again.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DataDirLockedError, lockDataDir } from "../../src/storage/data-dir-lock.ts";
import { endWithUs } from "../helpers/end-with-us.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

const HOLDER = fileURLToPath(new URL("hold-data-dir.ts", import.meta.url));

describe("the lock on a data directory", () => {
  let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let folder: string;

  beforeEach(async () => {
    temporary = await makeTemporaryFolder();
    folder = path.join(temporary.path, "data");
    await mkdir(folder);
  });

  afterEach(() => temporary.remove());

  /** A lock file as another machine would have left it. */
  async function leaveLockFile(ageSeconds: number): Promise<void> {
    const file = path.join(folder, "lock");
    await writeFile(file, "another-machine/net:[1] 1 some-id");
    const touched = Date.now() / 1000 - ageSeconds;
    await utimes(file, touched, touched);
  }

  it("is had by one at a time", async () => {
    const lock = await lockDataDir(folder);

    await expect(lockDataDir(folder)).rejects.toThrow(DataDirLockedError);
    await lock.release();
    await (await lockDataDir(folder)).release();
  });

  it("is on the folder itself, whatever name leads there", async () => {
    const link = path.join(temporary.path, "link");
    await symlink(folder, link);
    const lock = await lockDataDir(folder);

    await expect(lockDataDir(link)).rejects.toThrow(DataDirLockedError);
    await lock.release();
  });

  it("tells what to do about it", async () => {
    const lock = await lockDataDir(folder);

    await expect(lockDataDir(folder)).rejects.toThrow(
      "is open in another process; stop it, or give this one a DATA_DIR of its own",
    );
    await lock.release();
  });

  it("leaves nothing behind when it is released", async () => {
    await (await lockDataDir(folder)).release();

    await expect(readFile(path.join(folder, "lock"))).rejects.toThrow("ENOENT");
  });

  it("is free again the moment its holder is killed", async () => {
    const holder = spawn(process.execPath, [HOLDER, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const release = endWithUs(holder.pid ?? 0);
    await once(holder.stdout, "data");
    await expect(lockDataDir(folder)).rejects.toThrow(DataDirLockedError);

    holder.kill("SIGKILL");
    await once(holder, "close");
    release();

    await (await lockDataDir(folder)).release();
  });

  it("is respected across machines while its holder touches it", async () => {
    await leaveLockFile(10);

    await expect(lockDataDir(folder)).rejects.toThrow(
      "is held by a process in another container or on another machine",
    );
  });

  it("is taken over from a machine that has not touched it for a while", async () => {
    await leaveLockFile(30);

    const lock = await lockDataDir(folder);

    expect(await readFile(path.join(folder, "lock"), "utf8")).not.toContain("another-machine");
    await lock.release();
  });

  it("is free again after a failed attempt", async () => {
    await leaveLockFile(10);
    await expect(lockDataDir(folder)).rejects.toThrow(DataDirLockedError);
    await leaveLockFile(30);

    await (await lockDataDir(folder)).release();
  });
});
