// Handler folders by the names that people give, and what is in a `flow.json`, without importing any handler's code.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { FlowJsonError } from "../flow-json/flow-json-error.ts";
import { HandlerLoadError, listHandlerFolders } from "../flows/load-handlers.ts";

export type HandlerFolder = { readonly name: string; readonly folder: string };

/** @throws HandlerLoadError when there is no such flow; its message lists those there are */
export async function findHandlerFolder(handlersDir: string, flow: string): Promise<HandlerFolder> {
  const folders = await listHandlerFolders(handlersDir);
  const found = folders.find(({ name }) => name === flow);
  if (found === undefined) throw noSuchFlow(handlersDir, flow, folders);
  return found;
}

/**
 * @param flows  none stands for all
 * @throws HandlerLoadError for the first name that is of no flow
 */
export async function chooseHandlerFolders(
  handlersDir: string,
  flows: readonly string[],
): Promise<readonly HandlerFolder[]> {
  const folders = await listHandlerFolders(handlersDir);
  const unknown = flows.find((flow) => !folders.some(({ name }) => name === flow));
  if (unknown !== undefined) throw noSuchFlow(handlersDir, unknown, folders);
  return flows.length === 0 ? folders : folders.filter(({ name }) => flows.includes(name));
}

/**
 * Reads a folder's `flow.json`.
 *
 * @param parse  makes of its text what is wanted
 * @throws HandlerLoadError with `file:line:column` where `parse` throws a FlowJsonError
 */
export async function readFlowJson<T>(
  { folder }: HandlerFolder,
  parse: (text: string) => T,
): Promise<T> {
  const file = path.join(folder, "flow.json");
  const text = await readFile(file, "utf8");
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof FlowJsonError)) throw cause;
    throw new HandlerLoadError(`${file}:${cause.line}:${cause.column} ${cause.message}`, { cause });
  }
}

function noSuchFlow(
  handlersDir: string,
  flow: string,
  folders: readonly HandlerFolder[],
): HandlerLoadError {
  const known = folders.map(({ name }) => name).join(", ") || "none";
  return new HandlerLoadError(`no flow "${flow}" in ${handlersDir}; there are: ${known}`);
}
