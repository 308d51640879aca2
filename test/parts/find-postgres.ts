// Finds the folder with Postgres' server programs. Debian keeps them off PATH,
// so its own place is searched after PATH; a lone client (`psql`) is not enough.

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const DEBIAN_ROOT = "/usr/lib/postgresql";

/** The folder that holds both `initdb` and `postgres`, or `undefined`. */
export function findPostgres(): string | undefined {
  return [...foldersOnPath(), ...debianFolders(), "/usr/local/bin"]
    .map(serverFolder)
    .find((folder) => folder !== undefined);
}

export function foldersOnPath(): readonly string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** Newest version first. */
function debianFolders(): readonly string[] {
  if (!existsSync(DEBIAN_ROOT)) return [];
  return readdirSync(DEBIAN_ROOT)
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN_ROOT, version, "bin"));
}

/** A link to `postgres` alone is followed: `initdb` lies beside what it points at. */
function serverFolder(folder: string): string | undefined {
  const postgres = join(folder, "postgres");
  if (!existsSync(postgres)) return undefined;
  const home = dirname(realpathSync(postgres));
  return existsSync(join(home, "initdb")) ? home : undefined;
}
