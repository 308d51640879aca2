// Two runs of a command that changes one thing: who gets it, what the other is told, and when it is free again.

import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { takeProcessLock } from "../../src/graph/process-lock.ts";
import { withFolder } from "./graph-stand.ts";

const now = new Date("2026-11-22T10:00:00.000Z");

function take(file: string, told: string[] = []) {
  return takeProcessLock(file, {
    purpose: "flowpoint flows deploy",
    now,
    onTakeover: (message) => told.push(message),
  });
}

function withFile(use: (file: string) => Promise<void>): Promise<void> {
  return withFolder((folder) => use(path.join(folder, "lock")));
}

/** Of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

/** The file as this process writes it, but for some of it. */
async function leave(file: string, changed: object): Promise<void> {
  const lock = await take(file);
  const text = await readFile(file, "utf8");
  await lock.release();
  // As this process has just written it.
  await writeFile(file, JSON.stringify({ ...(JSON.parse(text) as object), ...changed }));
}

describe("the lock of a command", () => {
  it("is had by one at a time, and leaves nothing behind", async () => {
    await withFile(async (file) => {
      const lock = await take(file);

      await expect(take(file)).rejects.toThrow(
        `flowpoint flows deploy is at work here since 2026-11-22T10:00:00.000Z (process ${process.pid}); wait until it has ended, and run this again`,
      );
      await lock.release();
      await (await take(file)).release();
      expect(await readdir(path.dirname(file))).toEqual([]);
    });
  });

  it("is taken over from a process that is gone, which is told", async () => {
    await withFile(async (file) => {
      const pid = deadPid();
      await leave(file, { pid });
      const told: string[] = [];

      const lock = await take(file, told);

      expect(told).toEqual([
        `flowpoint flows deploy (process ${pid}) ended without finishing; going on`,
      ]);
      await expect(take(file)).rejects.toThrow(`process ${process.pid}`);
      await lock.release();
    });
  });

  it.runIf(process.platform === "linux")(
    "is taken over when its process's id belongs to a later one",
    async () => {
      await withFile(async (file) => {
        await leave(file, { bornAt: "another-boot/1" });
        const told: string[] = [];

        await (await take(file, told)).release();

        expect(told).toHaveLength(1);
      });
    },
  );

  it("is believed of a holder elsewhere, and the message names the file to remove", async () => {
    await withFile(async (file) => {
      await leave(file, { pid: deadPid(), machine: "another/pid:[1]" });

      await expect(take(file)).rejects.toThrow(
        `in another container or on another machine (process`,
      );
      await expect(take(file)).rejects.toThrow(`or remove ${file} if that is not running any more`);
    });
  });

  it("is not taken from a file that cannot be read as one", async () => {
    await withFile(async (file) => {
      await writeFile(file, "");

      await expect(take(file)).rejects.toThrow(
        `another command is at work here; wait until it has ended, or remove ${file}`,
      );
    });
  });

  it("goes to one of many that find a dead holder at the same moment", async () => {
    await withFile(async (file) => {
      await leave(file, { pid: deadPid() });

      const taken = await Promise.allSettled(Array.from({ length: 20 }, () => take(file)));

      expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });
  });

  it("is taken over even from two that died while one took it from the other", async () => {
    await withFile(async (file) => {
      await leave(file, { pid: deadPid() });
      await leave(`${file}.next`, { pid: deadPid() });

      const taken = await Promise.allSettled(Array.from({ length: 20 }, () => take(file)));

      expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
    });
  });

  it("is not released for somebody who has taken it meanwhile", async () => {
    await withFile(async (file) => {
      const lock = await take(file);
      await writeFile(file, "of another");

      await lock.release();

      expect(await readFile(file, "utf8")).toBe("of another");
    });
  });

  it("names the folder that it cannot be written in", async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, "nowhere", "lock");

      await expect(take(file)).rejects.toThrow(`${file} cannot be written`);
    });
  });
});
