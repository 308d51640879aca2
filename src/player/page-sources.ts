// What the player's page is built from. Its hash names the folder that holds the built page, so that a page is never
// older than its sources, and two processes that build at once do not meet.

import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";

const CHECKOUT = path.resolve(import.meta.dirname, "../..");

/** Every build, one folder each. */
export const BUILDS_FOLDER = path.join(CHECKOUT, "dist/player");

/** The page, the pure code that it shares with the server, and how it is built. */
const SOURCES = [
  "package-lock.json",
  "src/flow-json",
  "src/phone",
  "src/player/build.ts",
  "src/player/client",
];

/** Name of the folder that the page of these sources belongs in. */
export async function hashPageSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of (await Promise.all(SOURCES.map(listFiles))).flat()) {
    hash.update(`${file}\0`).update(await readFile(path.join(CHECKOUT, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Files below a path, or the one at it, always in the same order; an installation need not have all. */
async function listFiles(source: string): Promise<readonly string[]> {
  const place = path.join(CHECKOUT, source);
  const found = await stat(place).catch(() => null);
  if (found?.isDirectory() !== true) return found === null ? [] : [source];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(CHECKOUT, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
