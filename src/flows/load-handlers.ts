// Finds the handler modules of a folder and imports them. A folder is one flow: `flow.json`, `contract.gen.ts` and
// `handler.ts`. What does not load stops the boot with its path and cause; only folders with neither a `flow.json` nor a
// `handler.ts` are passed over.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { FlowJsonError } from "../flow-json/flow-json-error.ts";
import { generateContract } from "../flow-json/generate.ts";
import { describeLoadError } from "./describe-load-error.ts";
import type { Handler } from "./implement.ts";
import { resolveSdkFor } from "./resolve-sdk.ts";
import type { Clock, HandlerTransaction } from "./services.ts";

/** Flow names are URL segments and names of Postgres schemas. */
const FLOW_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Schemas that the server or Postgres itself owns. */
const RESERVED_FLOW_NAMES = ["public", "flowpoint"];

/** What a flow's folder may be called, for messages. */
export const FLOW_NAME_RULE = `a flow's folder is named with a-z, 0-9 and "-", begins with a letter, has at most 63 characters and is not ${RESERVED_FLOW_NAMES.join(" or ")}`;

export function isFlowName(name: string): boolean {
  return FLOW_NAME.test(name) && !RESERVED_FLOW_NAMES.includes(name);
}

export type Seed = (trx: HandlerTransaction, clock: Clock) => Promise<void> | void;

/** One imported handler folder. */
export type HandlerModule = {
  readonly name: string;
  readonly folder: string;
  /** The exact text of `flow.json`. */
  readonly flowJson: string;
  readonly handler: Handler;
  /** Absolute path of the handler's migrations, or `null` where it has none. */
  readonly migrationsFolder: string | null;
  readonly seed: Seed | null;
};

/** A handler folder that cannot be used. The message names the folder, the cause and the remedy. */
export class HandlerLoadError extends Error {
  override readonly name = "HandlerLoadError";
}

type HandlerFolder = { readonly name: string; readonly folder: string };

/** Folders that hold a `flow.json`, in alphabetical order. */
export async function listHandlerFolders(handlersDir: string): Promise<readonly HandlerFolder[]> {
  return (await listFolders(handlersDir)).filter(({ folder }) => holds(folder, "flow.json"));
}

/**
 * Folders that somebody means to be a flow and that `listHandlerFolders` passes over, for want of a file of that name.
 *
 * @returns one error each, in alphabetical order
 */
export async function findLostHandlers(handlersDir: string): Promise<readonly HandlerLoadError[]> {
  return (await listFolders(handlersDir))
    .filter(({ folder }) => holds(folder, "handler.ts") && !holds(folder, "flow.json"))
    .map(
      ({ folder }) =>
        new HandlerLoadError(
          `${folder} has a handler.ts but no flow.json; name its Flow JSON flow.json, or move the folder out of HANDLERS_DIR`,
        ),
    );
}

function holds(folder: string, file: string): boolean {
  return existsSync(path.join(folder, file));
}

async function listFolders(handlersDir: string): Promise<readonly HandlerFolder[]> {
  const root = await realpath(handlersDir).catch((cause: unknown) => {
    throw new HandlerLoadError(
      `HANDLERS_DIR ${handlersDir} cannot be read; name an existing folder`,
      {
        cause,
      },
    );
  });
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => ({ name: entry.name, folder: path.join(root, entry.name) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Imports every handler below `handlersDir`.
 *
 * @param staleContract  what to do where `contract.gen.ts` does not carry the hash of `flow.json`: development writes
 *                       it anew, production refuses
 * @throws HandlerLoadError for the first folder that does not load
 */
export async function loadHandlers(
  handlersDir: string,
  staleContract: "regenerate" | "refuse",
): Promise<readonly HandlerModule[]> {
  const folders = await listHandlerFolders(handlersDir);
  const [lost] = await findLostHandlers(handlersDir);
  if (lost !== undefined) throw lost;
  // A flow's folder may be a link to another place.
  const places = [handlersDir, ...folders.map(({ folder }) => folder)];
  resolveSdkFor(await Promise.all(places.map((place) => realpath(place))));
  const modules: HandlerModule[] = [];
  for (const { name, folder } of folders) {
    modules.push(await loadHandler(name, folder, staleContract));
  }
  return modules;
}

/**
 * Imports one handler. Where its folder lies outside the checkout, `resolveSdkFor` must know that.
 *
 * @throws HandlerLoadError
 */
export async function loadHandler(
  name: string,
  folder: string,
  staleContract: "regenerate" | "refuse",
): Promise<HandlerModule> {
  if (!isFlowName(name)) throw new HandlerLoadError(`${folder}: ${FLOW_NAME_RULE}; rename it`);
  const flowJson = await readFile(path.join(folder, "flow.json"), "utf8");
  await refreshContract(name, folder, flowJson, staleContract);
  const handler = parseHandler(folder, await importDefault(path.join(folder, "handler.ts")));
  if (handler.flow.name !== name) {
    throw new HandlerLoadError(
      `${folder}: the contract is of flow "${handler.flow.name}"; run: flowpoint flows generate ${name}`,
    );
  }
  const migrationsFolder = path.join(folder, "migrations");
  const seedFile = path.join(folder, "seed.ts");
  return {
    name,
    folder,
    flowJson,
    handler,
    migrationsFolder: existsSync(migrationsFolder) ? migrationsFolder : null,
    seed: existsSync(seedFile) ? parseSeed(seedFile, await importDefault(seedFile)) : null,
  };
}

async function refreshContract(
  name: string,
  folder: string,
  flowJson: string,
  staleContract: "regenerate" | "refuse",
): Promise<void> {
  const file = path.join(folder, "contract.gen.ts");
  const sha256 = createHash("sha256").update(flowJson).digest("hex");
  const isFresh = existsSync(file) && (await readFile(file, "utf8")).includes(sha256);
  if (isFresh) return;
  if (staleContract === "refuse") {
    throw new HandlerLoadError(
      `${file} was not generated from this flow.json; run: flowpoint flows generate ${name}`,
    );
  }
  try {
    await writeFile(file, generateContract({ flow: name, flowJson }));
  } catch (cause) {
    throw unreadableFlowJson(path.join(folder, "flow.json"), cause);
  }
}

/** With the place in the file, where the text is to blame. */
function unreadableFlowJson(file: string, cause: unknown): HandlerLoadError {
  const place = cause instanceof FlowJsonError ? `${file}:${cause.line}:${cause.column}` : file;
  return new HandlerLoadError(`${place} ${describe(cause)}`, { cause });
}

async function importDefault(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new HandlerLoadError(`${file} is missing; write it`);
  try {
    const module: unknown = await import(pathToFileURL(file).href);
    // The namespace of an ES module is an object.
    return (module as Readonly<Record<string, unknown>>)["default"];
  } catch (cause) {
    throw new HandlerLoadError(describeLoadError(file, cause), { cause });
  }
}

function parseHandler(folder: string, value: unknown): Handler {
  const isHandler =
    typeof value === "object" &&
    value !== null &&
    "flow" in value &&
    "options" in value &&
    "create" in value &&
    typeof value.create === "function";
  if (!isHandler) {
    throw new HandlerLoadError(
      `${path.join(folder, "handler.ts")} has no handler as its default export; write: export default implement(flow, …)`,
    );
  }
  // Only `implement` makes such an object.
  return value as Handler;
}

function parseSeed(file: string, value: unknown): Seed {
  if (typeof value !== "function") {
    throw new HandlerLoadError(`${file} has no function as its default export`);
  }
  // Parameters cannot be seen at run time; the server passes what `Seed` declares.
  return value as Seed;
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
