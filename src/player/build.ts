// Builds the player's page into `dist/player`, unless it is there already. A program of its own: vite is no part of a
// server, and would set NODE_ENV for whoever runs it.

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { build } from "vite";
import { BUILDS_FOLDER, hashPageSources } from "./page-sources.ts";

const name = await hashPageSources();
const folder = path.join(BUILDS_FOLDER, name);
if (!existsSync(folder)) {
  const draft = path.join(BUILDS_FOLDER, `.${randomUUID()}`);
  try {
    await buildPage(draft);
    await rename(draft, folder);
    await removeOthers();
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was faster.
    if (!existsSync(folder)) throw error;
  }
}

async function buildPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: path.join(import.meta.dirname, "client"),
    base: "/player/",
    mode: "production",
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2024",
      // The page may load nothing but files of its own.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
}

async function removeOthers(): Promise<void> {
  const others = (await readdir(BUILDS_FOLDER)).filter(
    (other) => other !== name && !other.startsWith("."),
  );
  for (const other of others) {
    await rm(path.join(BUILDS_FOLDER, other), { recursive: true, force: true });
  }
}
