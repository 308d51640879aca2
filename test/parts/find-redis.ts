// Finds a Redis server program, or Valkey's, which speaks the same.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { foldersOnPath } from "./find-postgres.ts";

const NAMES = ["redis-server", "valkey-server"];

/** The program's path, or `undefined`. */
export function findRedis(): string | undefined {
  return NAMES.flatMap((name) => foldersOnPath().map((folder) => join(folder, name))).find(
    (program) => existsSync(program),
  );
}
