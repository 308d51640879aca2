// Finds Chromium, or a browser built from it that goes by another name.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { foldersOnPath } from "./find-postgres.ts";

/** Debian's name first, then those of Google's own package. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The program's path, or `undefined`. */
export function findChromium(): string | undefined {
  return NAMES.flatMap((name) => foldersOnPath().map((folder) => join(folder, name))).find(
    (program) => existsSync(program),
  );
}
