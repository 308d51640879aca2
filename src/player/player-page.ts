// The player's page as it was built, in memory.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../flows/services.ts";
import { BUILDS_FOLDER, hashPageSources } from "./page-sources.ts";

export type PageFile = { readonly contentType: string; readonly bytes: Buffer };

/** Files by their paths below `/player/`; the page itself is `index.html`. */
export type PlayerPage = ReadonlyMap<string, PageFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/**
 * Loads the page, which is built first where its sources have changed.
 *
 * @returns an older page where it cannot be built, or one without any file; a log line says so, the builder's output why
 */
export async function loadPlayerPage(log: Log): Promise<PlayerPage> {
  const folder = path.join(BUILDS_FOLDER, await hashPageSources());
  if (!existsSync(folder) && !(await build())) {
    log.warn({}, "the player's page could not be built; run npm ci, or see the output above");
  }
  // Sources that were saved while the page was built are the next start's.
  const newest = existsSync(folder) ? folder : await findNewestBuild();
  return newest === null ? new Map() : readPage(newest);
}

/** A process of its own, which needs a package that a server can do without. */
async function build(): Promise<boolean> {
  if (!isInstalled("vite")) return false;
  const builder = path.join(import.meta.dirname, "build.ts");
  const child = spawn(process.execPath, [builder], { stdio: ["ignore", "ignore", "inherit"] });
  await once(child, "exit");
  return child.exitCode === 0;
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    // Resolving throws for nothing else.
    return false;
  }
}

async function findNewestBuild(): Promise<string | null> {
  const names = await readdir(BUILDS_FOLDER).catch(() => []);
  const builds = await Promise.all(
    names
      .filter((name) => !name.startsWith("."))
      .map((name) => path.join(BUILDS_FOLDER, name))
      .map(async (folder) => ({ folder, builtMs: (await stat(folder)).mtimeMs })),
  );
  return builds.toSorted((a, b) => b.builtMs - a.builtMs)[0]?.folder ?? null;
}

async function readPage(folder: string): Promise<PlayerPage> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const file = path.join(parentPath, name);
        const contentType = CONTENT_TYPES[path.extname(name)] ?? "application/octet-stream";
        return [
          path.relative(folder, file).replaceAll("\\", "/"),
          { contentType, bytes: await readFile(file) },
        ] as const;
      }),
    ),
  );
}
