// Runs operations for the command line: on the database itself, or through the server that holds it.

import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Logger } from "pino";
import { type HandlerModule, loadHandlers } from "../../flows/load-handlers.ts";
import type { LoadedFlow } from "../../flows/loaded-flow.ts";
import { DataDirLockedError } from "../../storage/data-dir-lock.ts";
import { type Database, openDatabase } from "../../storage/database.ts";
import { createMediaFolder } from "../../storage/media-store.ts";
import { createQueue, type Queue } from "../../storage/queue.ts";
import { systemClock } from "../clock.ts";
import { ACCOUNT, databaseSettings } from "../database-settings.ts";
import { controlSocketPath } from "./control-server.ts";
import { closeFlows, createFlows } from "../create-flows.ts";
import type { OperationContext } from "./operation-context.ts";
import {
  type OperationInput,
  type OperationName,
  type OperationOutput,
  OPERATIONS,
  runHere,
} from "./operations.ts";
import type { Settings } from "../settings.ts";

/** Runs one operation. */
export type RunOperation = <N extends OperationName>(
  name: N,
  input: OperationInput<N>,
) => Promise<OperationOutput<N>>;

/**
 * Lets a command run operations.
 *
 * @throws whatever they throw, and DataDirLockedError when the holder of the database does not answer
 */
export async function withOperations<T>(
  settings: Settings,
  log: Logger,
  use: (run: RunOperation) => Promise<T>,
): Promise<T> {
  const database = await openUnlessHeld(settings, log);
  if (database instanceof DataDirLockedError) {
    return use((name, input) => runThere(name, input, settings.DATA_DIR, database));
  }
  const made = createContext(settings, database, log);
  try {
    return await use((name, input) => runHere[name](made.context, input));
  } finally {
    await made.stop();
    await database.stop();
  }
}

/** Runs a single one. */
export function runOperation<N extends OperationName>(
  name: N,
  input: OperationInput<N>,
  settings: Settings,
  log: Logger,
): Promise<OperationOutput<N>> {
  return withOperations(settings, log, (run) => run(name, input));
}

async function openUnlessHeld(
  settings: Settings,
  log: Logger,
): Promise<Database | DataDirLockedError> {
  try {
    return await openDatabase(databaseSettings(settings), log);
  } catch (error) {
    if (error instanceof DataDirLockedError) return error;
    throw error;
  }
}

/** The parts of a server that an operation may need, made when it asks for them. */
function createContext(
  settings: Settings,
  database: Database,
  log: Logger,
): { readonly context: OperationContext; readonly stop: () => Promise<void> } {
  let modules: Promise<readonly HandlerModule[]> | null = null;
  let flows: Promise<readonly LoadedFlow[]> | null = null;
  let queue: Promise<Queue> | null = null;
  const loadModules = (): Promise<readonly HandlerModule[]> => {
    const staleContract = settings.profile === "development" ? "regenerate" : "refuse";
    modules ??= loadHandlers(settings.HANDLERS_DIR, staleContract);
    return modules;
  };
  const makeFlows = (): Promise<readonly LoadedFlow[]> => {
    flows ??= loadModules().then((loaded) => createFlows(loaded, database, settings, log));
    return flows;
  };
  const startQueue = async (): Promise<Queue> => {
    const made = createQueue(database, log, { upkeep: false });
    await made.start();
    return made;
  };
  return {
    context: {
      database,
      clock: systemClock,
      account: ACCOUNT,
      media: createMediaFolder(settings.MEDIA_DIR),
      modules: loadModules,
      flows: makeFlows,
      queue: () => {
        queue ??= startQueue();
        return queue;
      },
    },
    stop: async () => {
      // One that could not be made has told whoever asked for it.
      await queue?.then((made) => made.stop(0)).catch(() => {});
      await flows?.then(closeFlows).catch(() => {});
    },
  };
}

async function runThere<N extends OperationName>(
  name: N,
  input: OperationInput<N>,
  dataDir: string,
  locked: DataDirLockedError,
): Promise<OperationOutput<N>> {
  const answered = Promise.withResolvers<{ readonly status: number; readonly body: string }>();
  const post = request(
    {
      socketPath: controlSocketPath(dataDir),
      path: `/operations/${name}`,
      method: "POST",
      headers: { "content-type": "application/json" },
    },
    (response) => {
      text(response).then(
        (body) => answered.resolve({ status: response.statusCode ?? 0, body }),
        answered.reject,
      );
    },
  );
  post.on("error", () => answered.reject(locked));
  post.end(JSON.stringify(input));
  const { status, body } = await answered.promise;
  const result: unknown = JSON.parse(body);
  if (status !== 200) throw new Error(`the server answered: ${errorOf(result)}`);
  // The table has one schema per name, and `name` picks both the schema and the type.
  return OPERATIONS[name].output.parse(result) as OperationOutput<N>;
}

function errorOf(result: unknown): string {
  return typeof result === "object" && result !== null && "error" in result
    ? String(result.error)
    : "nothing of use";
}
