// Runs an operation for the command line: on the database itself, or through the server that holds it.

import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Log } from "../flows/services.ts";
import { loadHandlers } from "../flows/load-handlers.ts";
import { DataDirLockedError } from "../storage/data-dir-lock.ts";
import { openDatabase } from "../storage/database.ts";
import { systemClock } from "./clock.ts";
import { databaseSettings } from "./compose.ts";
import { controlSocketPath } from "./control-server.ts";
import {
  OPERATION_RESULTS,
  type OperationName,
  type OperationResult,
  OPERATIONS,
} from "./operations.ts";
import type { Settings } from "./settings.ts";

/** @throws whatever the operation throws, and DataDirLockedError when the holder of the database does not answer */
export async function runOperation<N extends OperationName>(
  name: N,
  settings: Settings,
  log: Log,
): Promise<OperationResult<N>> {
  try {
    return await runHere(name, settings, log);
  } catch (error) {
    if (!(error instanceof DataDirLockedError)) throw error;
    return runThere(name, settings.DATA_DIR, error);
  }
}

async function runHere<N extends OperationName>(
  name: N,
  settings: Settings,
  log: Log,
): Promise<OperationResult<N>> {
  const database = await openDatabase(databaseSettings(settings), log);
  try {
    const staleContract = settings.profile === "development" ? "regenerate" : "refuse";
    const modules = await loadHandlers(settings.HANDLERS_DIR, staleContract);
    return await OPERATIONS[name]({ database, modules, clock: systemClock });
  } finally {
    await database.stop();
  }
}

async function runThere<N extends OperationName>(
  name: N,
  dataDir: string,
  locked: DataDirLockedError,
): Promise<OperationResult<N>> {
  const answered = Promise.withResolvers<{ readonly status: number; readonly body: string }>();
  const post = request(
    { socketPath: controlSocketPath(dataDir), path: `/operations/${name}`, method: "POST" },
    (response) => {
      text(response).then(
        (body) => answered.resolve({ status: response.statusCode ?? 0, body }),
        answered.reject,
      );
    },
  );
  post.on("error", () => answered.reject(locked));
  post.end();
  const { status, body } = await answered.promise;
  const result: unknown = JSON.parse(body);
  if (status !== 200) throw new Error(`the server answered: ${errorOf(result)}`);
  // The table has one schema per name, and `name` picks both the schema and the type.
  return OPERATION_RESULTS[name].parse(result) as OperationResult<N>;
}

function errorOf(result: unknown): string {
  return typeof result === "object" && result !== null && "error" in result
    ? String(result.error)
    : "nothing of use";
}
