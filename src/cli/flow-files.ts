// Which files `flows check` is about: those given, and those in the folders given.

import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const PASSED_OVER = new Set(["node_modules"]);

/** A path that a user gave and that holds nothing to check. */
export class NoFlowFiles extends Error {
  override readonly name = "NoFlowFiles";
}

/**
 * A folder stands for every `flow.json` below it or, where there is none, for every `*.json`.
 *
 * @returns in the order given, those of a folder by name
 * @throws NoFlowFiles for a path that does not exist, or a folder without such files
 */
export async function findFlowFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const given of paths) {
    const info = await stat(given).catch(() => null);
    if (info === null) throw new NoFlowFiles(`there is no ${given}; name a file or a folder`);
    found.push(...(info.isDirectory() ? await filesOf(given) : [given]));
  }
  return [...new Set(found)];
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const all = await jsonFilesBelow(folder);
  const flows = all.filter((file) => path.basename(file) === "flow.json");
  if (all.length === 0) throw new NoFlowFiles(`there is no flow.json in ${folder}`);
  return flows.length > 0 ? flows : all;
}

async function jsonFilesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name } = entry;
    const file = path.join(folder, name);
    if (entry.isDirectory()) {
      if (!name.startsWith(".") && !PASSED_OVER.has(name))
        found.push(...(await jsonFilesBelow(file)));
    } else if (name.endsWith(".json")) {
      found.push(file);
    }
  }
  return found;
}
