// In production migrations are somebody else's command. The server waits for it: not ready until the ledger has been
// read and nothing is pending, however long the database takes to come.

import type { Log } from "../flows/services.ts";
import { assertServerFits, ServerTooOldError } from "../storage/schema-requirement.ts";
import type { Health } from "./health.ts";
import { type OperationContext, readStatus } from "./operations.ts";
import { SERVER_VERSION } from "./version.ts";

const RETRY_MS = 1_000;

/** @returns stops watching */
export function watchMigrations(
  context: OperationContext,
  health: Health,
  log: Log,
  onFatal: (error: unknown) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastState = "";

  const note = (state: string, tell: () => void): void => {
    if (state !== lastState) tell();
    lastState = state;
  };

  const look = async (): Promise<void> => {
    try {
      await assertServerFits(context.database, SERVER_VERSION);
      const pending = (await readStatus(context)).flatMap(({ schema, pending: names }) =>
        names.map((name) => `${schema}/${name}`),
      );
      if (pending.length === 0) return health.enter("ready");
      health.enter("migrations-pending");
      note("pending", () => log.warn({ pending }, "not ready: run flowpoint migrate"));
    } catch (err) {
      if (err instanceof ServerTooOldError) return onFatal(err);
      note("unreachable", () =>
        log.warn({ err }, "not ready: the database cannot be read; trying again every second"),
      );
    }
    if (!isStopped) timer = setTimeout(() => void look(), RETRY_MS);
    return undefined;
  };

  const looking = look();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await looking;
  };
}
