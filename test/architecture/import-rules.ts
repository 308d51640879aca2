// Who may import whom and what. Each rule is a function from the code to its
// findings; a finding names the offending edge and the rule it breaks.

import type { Import, Source } from "./source.ts";
import { packageOf, resolveRelative, type Tree } from "./tree.ts";

/** The folders of `src`, lowest floor first. */
const FLOORS: readonly (readonly string[])[] = [
  ["protocol", "flow-json"],
  ["flows", "phone"],
  ["endpoint", "webhooks", "completions"],
  ["storage"],
  ["player", "graph", "harness"],
  ["app"],
  ["cli"],
];

/** What the pure core may use of Node: nothing that reaches outside the process or tells the time. */
const PURE_BUILTINS = new Set(["node:assert", "node:buffer", "node:crypto", "node:util"]);
const IMPURE_PACKAGES = new Set([
  "@electric-sql/pglite",
  "commander",
  "fastify",
  "ioredis",
  "kysely",
  "pg",
  "pg-boss",
  "pino",
  "undici",
]);
const IMPURE_USES =
  /^(?:(?:process|console)\.\w+|(?:fetch|setTimeout|setInterval|setImmediate)\(\))$/;

const HANDLER_PACKAGES = new Set(["flowpoint", "zod", "kysely"]);
const HANDLER_TEST_PACKAGES = new Set([...HANDLER_PACKAGES, "flowpoint/test", "vitest"]);

/** Imports in `src` only go down; folders of one floor do not know each other. */
export function importsGoDown(tree: Tree): readonly string[] {
  return edges(tree, /^src\//).flatMap(({ source, edge }) => {
    if (edge.specifier === "flowpoint" || edge.specifier.startsWith("flowpoint/")) {
      return [
        finding(source, edge, "src imports its own files by path, not by the package's name"),
      ];
    }
    const target = resolveRelative(source.path, edge.specifier);
    if (target === undefined || target === "package.json") return [];
    if (!target.startsWith("src/")) {
      return [finding(source, edge, "src imports nothing of the project but src")];
    }
    const [from, to] = [folderOf(source.path), folderOf(target)];
    if (from === to) return [];
    const [fromFloor, toFloor] = [floorOf(from), floorOf(to)];
    if (fromFloor > toFloor) return [];
    const relation = `${from} is on floor ${fromFloor}, ${to} on floor ${toFloor}`;
    return [finding(source, edge, `imports only go down: ${relation}`)];
  });
}

/** Every folder of `src` stands on a floor. */
export function foldersHaveFloors(tree: Tree): readonly string[] {
  const folders = new Set(
    tree.paths.filter((path) => path.startsWith("src/")).map((path) => folderOf(path)),
  );
  return [...folders]
    .filter((folder) => floorOf(folder) === -1)
    .map(
      (folder) =>
        `src/${folder} stands on no floor: give it one in FLOORS, or put it in a folder that has one`,
    );
}

/** `src/protocol` and `src/flow-json`: values in, values out. */
export function coreIsPure(tree: Tree): readonly string[] {
  const pure = /^src\/(?:protocol|flow-json)\//;
  const imports = edges(tree, pure).flatMap(({ source, edge }) => {
    const name = packageOf(edge.specifier);
    const isRefused = name.startsWith("node:")
      ? !PURE_BUILTINS.has(name)
      : IMPURE_PACKAGES.has(name) || name.startsWith("@fastify/");
    return isRefused
      ? [finding(source, edge, "the core is pure: no clock, log, network, disk or framework")]
      : [];
  });
  const uses = tree.sources
    .filter((source) => pure.test(source.path))
    .flatMap((source) =>
      source.uses
        .filter((use) => IMPURE_USES.test(use.name))
        .map((use) => `${source.path}:${use.line} uses ${use.name}: the core is pure`),
    );
  return [...imports, ...uses];
}

/** A handler could be dropped in from anywhere, so it leans on nothing of this repository. */
export function handlersStandAlone(tree: Tree): readonly string[] {
  return edges(tree, /^handlers\//).flatMap(({ source, edge }) => {
    const isTest = source.path.endsWith(".test.ts");
    const target = resolveRelative(source.path, edge.specifier);
    if (target !== undefined) {
      const home = source.path.split("/").slice(0, 2).join("/");
      // The tests of the handlers that ship run with those of the server.
      if (target.startsWith(`${home}/`) || (isTest && target.startsWith("test/"))) return [];
      return [finding(source, edge, "a handler imports only its own files")];
    }
    const isAllowed = isTest
      ? HANDLER_TEST_PACKAGES.has(edge.specifier) || edge.specifier.startsWith("node:")
      : HANDLER_PACKAGES.has(edge.specifier);
    return isAllowed
      ? []
      : [finding(source, edge, "a handler imports only flowpoint, zod and kysely")];
  });
}

/** The HTTP framework stays at the edge. */
export function fastifyStaysAtTheEdge(tree: Tree): readonly string[] {
  return edges(tree, /^src\//)
    .filter(({ edge }) => /^(?:fastify|@fastify)\b/.test(edge.specifier))
    .filter(({ source }) => !/(?:^|[/-])(?:routes|server)\.ts$/.test(source.path))
    .map(({ source, edge }) =>
      finding(
        source,
        edge,
        "fastify is known only to routes.ts, server.ts, *-routes.ts and *-server.ts",
      ),
    );
}

/** Queries are written in `src/storage` and in handlers; the SDK knows the types. */
export function kyselyStaysInStorage(tree: Tree): readonly string[] {
  return edges(tree, /^src\/(?!storage\/)/)
    .filter(({ edge }) => packageOf(edge.specifier) === "kysely")
    .filter(({ source, edge }) => edge.kind === "value" || !source.path.startsWith("src/flows/"))
    .map(({ source, edge }) =>
      finding(
        source,
        edge,
        "kysely is known only to src/storage and handlers, its types also to src/flows",
      ),
    );
}

/**
 * node-forge is a hundred times slower than OpenSSL and blocks the event loop:
 * it reads key files, and nothing on the way of a request can reach it.
 */
export function forgeStaysOffTheRequestPath(tree: Tree): readonly string[] {
  const misplaced = edges(tree, /^src\//)
    .filter(({ edge }) => packageOf(edge.specifier) === "node-forge")
    .filter(
      ({ source }) =>
        !/^src\/(?:protocol\/[^/]*(?:pkcs12|forge)[^/]*\.ts$|cli\/)/.test(source.path),
    )
    .map(({ source, edge }) =>
      finding(
        source,
        edge,
        "node-forge is known only to src/protocol's pkcs12 and forge files, and to src/cli",
      ),
    );
  const reached = tree.sources
    .filter(({ path }) => path.startsWith("src/endpoint/") || path === "src/protocol/envelope.ts")
    .flatMap((source) => {
      const way = wayToForge(tree, source);
      return way === undefined
        ? []
        : [`${way.join(" → ")}: the request path never reaches node-forge`];
    });
  return [...misplaced, ...reached];
}

/** The shortest chain of run-time imports from a file to node-forge. */
function wayToForge(tree: Tree, start: Source): readonly string[] | undefined {
  const byPath = new Map(tree.sources.map((source) => [source.path, source]));
  const seen = new Set([start.path]);
  const ways: (readonly string[])[] = [[start.path]];
  for (const way of ways) {
    const source = byPath.get(way.at(-1) ?? "");
    for (const edge of source?.imports ?? []) {
      if (edge.kind === "type" || source === undefined) continue;
      if (packageOf(edge.specifier) === "node-forge") return [...way, "node-forge"];
      const target = resolveRelative(source.path, edge.specifier);
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return undefined;
}

type Edge = { readonly source: Source; readonly edge: Import };

function edges(tree: Tree, within: RegExp): readonly Edge[] {
  return tree.sources
    .filter((source) => within.test(source.path))
    .flatMap((source) => source.imports.map((edge) => ({ source, edge })));
}

function finding(source: Source, edge: Import, rule: string): string {
  return `${source.path}:${edge.line} imports ${edge.specifier}: ${rule}`;
}

/** A folder of one file may be a file: `src/phone.ts` counts as `phone`. */
function folderOf(path: string): string {
  return path.replace(/^src\//, "").replace(/\/.*$|\.ts$/, "");
}

/** -1 for a folder without one. */
function floorOf(folder: string): number {
  return FLOORS.findIndex((folders) => folders.includes(folder));
}
