// A real Postgres behind kysely. Every wait has an end unless it is asked to have none, and a connection that dies takes
// nothing with it: the pool reports it and makes another when one is needed.

import { type Dialect, PostgresDialect, type PostgresPool } from "kysely";
import pg from "pg";
import type { Log } from "../flows/services.ts";
import { requireAnswers } from "./answering-pool.ts";
import { postgresTypes } from "./column-types.ts";

export type PostgresOptions = {
  readonly poolMax: number;
  /** Connections that stay when nothing uses them; default 0. Others are closed after 10 s. */
  readonly poolMin?: number;
  readonly log: Log;
  /** Longest wait for a connection, whether one is made or another's is waited for; default 1 s. */
  readonly connectionTimeoutMs?: number;
  /** Longest statement; default 9 s, the longest deadline of a handler. 0: no limit, nor one on locks. */
  readonly statementTimeoutMs?: number;
};

/** An answer on its way takes its time too; whatever is later is none. */
const SILENCE_PER_STATEMENT = 1.2;

export function createPostgresDialect(databaseUrl: string, options: PostgresOptions): Dialect {
  return new PostgresDialect({ pool: createPostgresPool(databaseUrl, options) });
}

export function createPostgresPool(databaseUrl: string, options: PostgresOptions): PostgresPool {
  const {
    poolMax,
    poolMin = 0,
    log,
    connectionTimeoutMs = 1_000,
    statementTimeoutMs = 9_000,
  } = options;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolMax,
    min: poolMin,
    types: postgresTypes,
    application_name: "flowpoint",
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: statementTimeoutMs === 0 ? 0 : 1_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    maxLifetimeSeconds: 1_800,
  });
  // Without a listener, an idle connection that breaks would end the process,
  pool.on("error", (err) => log.warn({ err }, "an idle database connection broke"));
  // and so would one in use, between two queries as well; the query that finds out reports it.
  pool.on("connect", (client) => client.on("error", () => {}));
  return statementTimeoutMs === 0
    ? pool
    : requireAnswers(pool, statementTimeoutMs * SILENCE_PER_STATEMENT);
}
