// The project's code as one value, for the rules to look at: every file of `src`
// and `handlers` by path, and where a relative import leads.

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSource, type Source } from "./source.ts";

export type Tree = {
  /** Every file, code or not, from the project's root with `/`. */
  readonly paths: readonly string[];
  /** The code among them. */
  readonly sources: readonly Source[];
};

const CODE = /\.(?:ts|tsx|js|mjs)$/;

/** @param texts file contents by path */
export function parseTree(texts: Readonly<Record<string, string>>): Tree {
  const paths = Object.keys(texts);
  const sources = Object.entries(texts)
    .filter(([path]) => CODE.test(path))
    .map(([path, text]) => parseSource(path, text));
  return { paths, sources };
}

/** Reads `src` and `handlers` under a project's root. */
export function loadTree(root: string): Tree {
  const texts: Record<string, string> = {};
  for (const top of ["src", "handlers"]) {
    const entries = readdirSync(posix.join(root, top), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = posix.join(entry.parentPath, entry.name);
      texts[posix.relative(root, path)] = readFileSync(path, "utf8");
    }
  }
  return parseTree(texts);
}

/** The path a relative import leads to; `undefined` for a package or a built-in module. */
export function resolveRelative(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return posix.join(posix.dirname(from), specifier);
}

/** `@scope/name/deep` is of the package `@scope/name`; a built-in module is its own. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
