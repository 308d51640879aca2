// A real Postgres behind kysely. Every wait has an end, and a connection that dies takes nothing with it: the pool
// reports it and makes another when one is needed.

import { type Dialect, PostgresDialect } from "kysely";
import pg from "pg";
import type { Log } from "../flows/services.ts";
import { postgresTypes } from "./column-types.ts";

/** Longest statement; the driver's own limit lies above it, and is what notices a half-open connection. */
const STATEMENT_TIMEOUT_MS = 5_000;

export function createPostgresDialect(
  databaseUrl: string,
  options: { readonly poolMax: number; readonly log: Log },
): Dialect {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.poolMax,
    types: postgresTypes,
    application_name: "flowpoint",
    connectionTimeoutMillis: 1_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    lock_timeout: 1_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    maxLifetimeSeconds: 1_800,
  });
  // Without a listener, an idle connection that breaks would end the process.
  pool.on("error", (err) => options.log.warn({ err }, "an idle database connection broke"));
  return new PostgresDialect({ pool });
}
