// Makes a new handler folder. It overwrites nothing.

import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandFailed } from "../command-failed.ts";
import type { TestRunner } from "./test-source.ts";

const CHECKOUT = path.resolve(import.meta.dirname, "../../..");

/** By path inside the folder. */
export type HandlerFiles = ReadonlyMap<string, string>;

/** Where a folder stands decides what its tests and its types are found by. */
export type FolderSite = {
  readonly runner: TestRunner;
  /** `null` where the checkout's own applies. */
  readonly tsconfig: string | null;
};

/** @param folder  need not be there yet */
export async function siteOf(folder: string): Promise<FolderSite> {
  const isOutside = path.relative(CHECKOUT, await realPathOf(folder)).startsWith("..");
  if (!isOutside) return { runner: "vitest", tsconfig: null };
  const base = JSON.stringify(path.join(CHECKOUT, "tsconfig.handlers.json").replaceAll("\\", "/"));
  return { runner: "node:test", tsconfig: `{ "extends": ${base}, "include": ["."] }\n` };
}

/**
 * What is there already with the same content stays; so a flow.json may lie where its handler is to be.
 *
 * @returns the files written, in the order given
 * @throws CommandFailed where a file has another content; nothing is written then
 */
export async function writeHandlerFolder(
  folder: string,
  files: HandlerFiles,
): Promise<readonly string[]> {
  const missing: (readonly [file: string, text: string])[] = [];
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    const present = await readFile(file, "utf8").catch(() => null);
    if (present === null) missing.push([file, text]);
    else if (present !== text) {
      throw new CommandFailed(`${file} is there already; nothing was written, give another --name`);
    }
  }
  for (const [file, text] of missing) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  }
  return missing.map(([file]) => file);
}

/** Of the nearest folder that is there, with the rest as given. */
async function realPathOf(folder: string): Promise<string> {
  const absolute = path.resolve(folder);
  const real = await realpath(absolute).catch(() => null);
  const parent = path.dirname(absolute);
  if (real !== null || parent === absolute) return real ?? absolute;
  return path.join(await realPathOf(parent), path.basename(absolute));
}
