// What a file may be called, how long it may get, and which globals it may
// touch. Each rule is a function from the code to its findings.

import { posix } from "node:path";
import type { Tree } from "./tree.ts";

const MAX_LINES = 400;

/** The one file that reads the environment; everything else is handed its settings. */
const ENVIRONMENT = "src/app/environment.ts";

/** The one file that asks the machine for the time; everything else is handed a clock. */
const CLOCK = "src/app/clock.ts";
/** The player's page runs in a browser, with a clock of its own. */
const BROWSER_CLOCK = "src/player/client/browser-clock.ts";
const CLOCK_USES =
  /^(?:Date\.now|performance\.(?:now|timeOrigin)|process\.(?:hrtime|uptime)|Temporal\.Now|(?:new )?Date\(\))$/;

/** The public entries of the package, the only files that may be named for their folder. */
const INDEX_FILES = ["src/flows/index.ts", "src/harness/index.ts"];

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = new Set(["common", "helpers", "misc", "shared", "types", "util", "utils"]);

/** `process.env` is read in one file. */
export function environmentIsReadOnce(tree: Tree): readonly string[] {
  return codeBut(ENVIRONMENT, tree).flatMap((source) => [
    ...source.uses
      .filter((use) => use.name === "process.env")
      .map((use) => `${source.path}:${use.line} reads process.env: only ${ENVIRONMENT} does`),
    ...source.imports
      .filter((edge) => edge.specifier === "node:process")
      .map(
        (edge) =>
          `${source.path}:${edge.line} imports node:process: use the global, which this test can see`,
      ),
  ]);
}

/** The time is read in one file; `new Date(value)` only converts. */
export function clockIsReadOnce(tree: Tree): readonly string[] {
  return codeBut(CLOCK, tree)
    .filter((source) => source.path !== BROWSER_CLOCK)
    .flatMap((source) =>
      source.uses
        .filter((use) => CLOCK_USES.test(use.name))
        .map((use) => `${source.path}:${use.line} uses ${use.name}: only ${CLOCK} reads the clock`),
    );
}

/** A file that outgrows the ceiling is two files. */
export function filesAreShort(tree: Tree): readonly string[] {
  return tree.sources
    .filter((source) => source.path.startsWith("src/") && source.lines > MAX_LINES)
    .map((source) => `${source.path} has ${source.lines} lines: the ceiling is ${MAX_LINES}`);
}

/** Names tell a newcomer what is inside. */
export function namesSaySomething(tree: Tree): readonly string[] {
  return inSrc(tree).flatMap((path) => {
    const names = path
      .replace(/\.[^/]*$/, "")
      .split("/")
      .slice(1);
    const empty = names.find((name) => EMPTY_NAMES.has(name));
    return [
      ...(empty === undefined ? [] : [`${path}: "${empty}" says nothing about what is inside`]),
      ...(/\/index\.(?:ts|tsx|js)$/.test(path) && !INDEX_FILES.includes(path)
        ? [`${path}: only ${INDEX_FILES.join(" and ")} may be an index`]
        : []),
    ];
  });
}

/** A folder of one file is a file. */
export function foldersHoldSeveral(tree: Tree): readonly string[] {
  const contents = new Map<string, Set<string>>();
  for (const path of inSrc(tree)) {
    for (let at = path; at !== "src"; at = posix.dirname(at)) {
      const folder = posix.dirname(at);
      contents.set(folder, (contents.get(folder) ?? new Set()).add(at));
    }
  }
  contents.delete("src");
  return [...contents]
    .filter(([, entries]) => entries.size === 1)
    .map(
      ([folder, entries]) =>
        `${folder} holds only ${[...entries].join()}: a folder of one file is a file`,
    );
}

function inSrc(tree: Tree): readonly string[] {
  return tree.paths.filter((path) => path.startsWith("src/"));
}

/** All code but one file; a handler's tests do as they like. */
function codeBut(path: string, tree: Tree): Tree["sources"] {
  return tree.sources.filter((source) => source.path !== path && !source.path.endsWith(".test.ts"));
}
