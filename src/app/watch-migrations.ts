// In production migrations are somebody else's command. The server waits for it: not ready until the ledger has been
// read and nothing is pending, however long the database takes to come.

import type { HandlerModule } from "../flows/load-handlers.ts";
import type { Log } from "../flows/services.ts";
import type { Database } from "../storage/database.ts";
import { assertServerFits, ServerTooOldError } from "../storage/schema-requirement.ts";
import type { Health } from "./health.ts";
import { readStatus } from "./operations/operations.ts";
import { SERVER_VERSION } from "./version.ts";

const RETRY_MS = 1_000;

export type MigrationWatch = {
  readonly database: Database;
  readonly modules: readonly HandlerModule[];
  readonly health: Health;
  readonly log: Log;
  /** Starts what needs the schema; called again when it throws. */
  readonly onReady: () => Promise<void>;
  readonly onFatal: (error: unknown) => void;
};

export type RunningWatch = {
  /** Resolves when the first look is over, whatever it saw; where the schema is there, what needs it has started. */
  readonly firstLook: Promise<void>;
  readonly stop: () => Promise<void>;
};

export function watchMigrations(watch: MigrationWatch): RunningWatch {
  const { database, modules, health, log, onReady, onFatal } = watch;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastState = "";

  const note = (state: string, tell: () => void): void => {
    if (state !== lastState) tell();
    lastState = state;
  };

  const look = async (): Promise<void> => {
    try {
      await assertServerFits(database, SERVER_VERSION);
      const pending = (await readStatus(database, modules)).flatMap(({ schema, pending: names }) =>
        names.map((name) => `${schema}/${name}`),
      );
      if (pending.length === 0) {
        await onReady();
        return health.enter("ready");
      }
      health.enter("migrations-pending");
      note("pending", () => log.warn({ pending }, "not ready: run flowpoint migrate"));
    } catch (err) {
      if (err instanceof ServerTooOldError) return onFatal(err);
      note("unreachable", () =>
        log.warn({ err }, "not ready: the database cannot be read; trying again every second"),
      );
    }
    if (!isStopped) timer = setTimeout(lookAgain, RETRY_MS);
    return undefined;
  };
  const lookAgain = (): void => {
    looking = look();
  };

  const firstLook = look();
  let looking = firstLook;
  return {
    firstLook,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
