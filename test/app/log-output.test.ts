// What a server's log does while nobody reads it.

import { execFileSync } from "node:child_process";
import { closeSync, constants, createReadStream, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../src/app/telemetry/logger.ts";
import { openLogOutput } from "../../src/app/telemetry/log-output.ts";

/** More than a pipe and the buffer hold. */
const LINES = 60_000;

describe("the output of the log", () => {
  let folder: string;
  let fifo: string;
  let writing: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "flowpoint-log-"));
    fifo = path.join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    // Without a reader of its own, to open it would wait for one.
    writing = openSync(fifo, constants.O_RDWR);
  });
  afterEach(() => {
    closeSync(writing);
    rmSync(folder, { recursive: true });
  });

  it("holds nobody up while it is not read, and says afterwards what was left out", async () => {
    const output = openLogOutput(writing);
    const log = createLogger("info", output);
    output.tellLossesIn(log);
    for (let line = 1; line <= LINES; line++) log.info({ line }, "a line of some hundred bytes");

    // Only now does anybody read.
    const stream = createReadStream(fifo, "utf8");
    const lines: { readonly line?: number; readonly leftOut?: number }[] = [];
    for await (const text of createInterface(stream)) {
      const read = JSON.parse(text) as (typeof lines)[number];
      lines.push(read);
      if (read.leftOut !== undefined) break;
    }
    stream.destroy();

    const numbers = lines.flatMap(({ line }) => line ?? []);
    const leftOut = lines.at(-1)?.leftOut ?? 0;
    expect(leftOut).toBeGreaterThan(0);
    expect(numbers.length + leftOut).toBe(LINES);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it("has written everything once it is flushed", async () => {
    const output = openLogOutput(writing);
    const log = createLogger("info", output);
    const stream = createReadStream(fifo, "utf8");
    let text = "";
    stream.on("data", (chunk) => {
      text += String(chunk);
    });
    for (let line = 1; line <= 1_000; line++) log.info({ line }, "a line");

    await output.flush();
    log.info({}, "the end");
    await output.flush();

    await expect.poll(() => text).toContain("the end");
    stream.destroy();
    expect(text.split("\n")).toHaveLength(1_002);
  });
});
