// Connections that only webhooks use: handlers that hold all the others, for as long as their deadlines let them, must
// not keep a completion from being stored. Their limits are short, since an answer is due within two seconds, and they are
// made before the first webhook comes and stay: what a new one costs, a server that has just started has no time for.

import { Kysely } from "kysely";
import type { Log } from "../flows/services.ts";
import type { Database, DatabaseSettings } from "./database.ts";
import { createPostgresDialect } from "./postgres-dialect.ts";
import { type QueryObserver, reportQueriesTo } from "./query-observer.ts";

export type ReservedConnections = {
  readonly db: Kysely<unknown>;
  /** Transactions that can be under way at once. */
  readonly count: number;
  readonly stop: () => Promise<void>;
};

/** POSTs share transactions, so that more would store no more; one that waits for a lock leaves the others. */
const COUNT = 4;

const CONNECTION_TIMEOUT_MS = 500;
const STATEMENT_TIMEOUT_MS = 1_000;

/** The embedded database has one connection, which all share: there a webhook can only wait, and be answered 503. */
export async function reserveConnections(
  settings: DatabaseSettings,
  database: Database,
  log: Log,
  queries: QueryObserver | null = null,
): Promise<ReservedConnections> {
  if (settings.kind === "embedded") {
    return { db: database.root, count: 1, stop: async () => {} };
  }
  const dialect = createPostgresDialect(settings.url, {
    poolMin: COUNT,
    poolMax: COUNT,
    log,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const db = new Kysely<unknown>({
    dialect,
    ...(queries === null ? {} : { log: reportQueriesTo(queries) }),
  });
  await connectAll(db);
  return { db, count: COUNT, stop: () => db.destroy() };
}

/** One that cannot be made now is made when it is needed. */
async function connectAll(db: Kysely<unknown>): Promise<void> {
  // Asked for at once, each finds no idle one to use.
  const connecting = Array.from({ length: COUNT }, () => db.connection().execute(async () => {}));
  await Promise.allSettled(connecting);
}
