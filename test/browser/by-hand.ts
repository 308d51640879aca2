// A server and a browser for the programs of this folder that are run by hand, outside of any test.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { type Browser, chromium } from "playwright-core";
import { findChromium } from "../parts/find-chromium.ts";

export const ROOT = path.resolve(import.meta.dirname, "../..");

export type ByHand = {
  readonly browser: Browser;
  /** Of the player, with its key. */
  readonly url: string;
};

/** Runs `act` beside a server with its data in a folder of its own; both are gone afterwards. */
export async function withPlayer(
  act: (byHand: ByHand) => Promise<void>,
  handlersDir = path.join(ROOT, "handlers"),
): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), "flowpoint-by-hand-"));
  const server = spawn(process.execPath, [path.join(ROOT, "bin/flowpoint.js"), "serve"], {
    env: {
      PATH: process.env["PATH"],
      HOME: data,
      DATA_DIR: data,
      HANDLERS_DIR: handlersDir,
      PORT: "0",
      ADMIN_PORT: "0",
    },
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? "chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    await act({ browser, url: await playerUrl(server.stdout) });
  } finally {
    await browser.close();
    server.kill("SIGTERM");
    await new Promise((resolve) => server.once("exit", resolve));
    await rm(data, { recursive: true, force: true });
  }
}

async function playerUrl(output: Readable): Promise<string> {
  let text = "";
  // The server goes on printing.
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const url = /player\s+(http\S+)/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("the server ended without printing the player's URL");
}
