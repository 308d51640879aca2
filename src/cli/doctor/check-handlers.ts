// The handlers: each loads, and its contract was generated from the flow.json beside it. Nothing is written, unlike when
// a development server starts.

import { realpath } from "node:fs/promises";
import {
  findLostHandlers,
  type HandlerModule,
  listHandlerFolders,
  loadHandler,
} from "../../flows/load-handlers.ts";
import { resolveSdkFor } from "../../flows/resolve-sdk.ts";
import { reasonOf } from "../explain-error.ts";
import { type Diagnosis, failedWith, passed, warned } from "./diagnosis.ts";

const CHECK = "handlers";

export type CheckedHandlers = {
  /** Those that load. */
  readonly modules: readonly HandlerModule[];
  readonly folders: readonly { readonly name: string; readonly folder: string }[];
  readonly diagnoses: readonly Diagnosis[];
};

export async function checkHandlers(handlersDir: string): Promise<CheckedHandlers> {
  const modules: HandlerModule[] = [];
  const diagnoses: Diagnosis[] = [];
  const folders = await listHandlerFolders(handlersDir).catch((error: unknown) => {
    diagnoses.push(failedWith(CHECK, reasonOf(error), "name an existing folder"));
    return [];
  });
  if (diagnoses.length > 0) return { modules, folders, diagnoses };
  // A flow's folder may be a link to another place.
  const places = [handlersDir, ...folders.map(({ folder }) => folder)];
  resolveSdkFor(await Promise.all(places.map((place) => realpath(place))));
  for (const { name, folder } of folders) {
    try {
      modules.push(await loadHandler(name, folder, "refuse"));
    } catch (error) {
      diagnoses.push(failedWith(CHECK, reasonOf(error), "mend the handler"));
    }
  }
  for (const lost of await findLostHandlers(handlersDir)) {
    diagnoses.push(failedWith(CHECK, reasonOf(lost), "mend the folder"));
  }
  if (diagnoses.length === 0) diagnoses.push(describe(modules.map(({ name }) => name)));
  return { modules, folders, diagnoses };
}

function describe(names: readonly string[]): Diagnosis {
  return names.length === 0
    ? warned(CHECK, "there is no flow in HANDLERS_DIR", "add a folder with a flow.json")
    : passed(CHECK, `${names.join(", ")}: loaded, contracts fresh`);
}
