// How pg-boss reaches the database. It sends several statements in one text, transactions included, which kysely does
// not do; so on Postgres it has a small pool of its own, and on the embedded database, where there is but one connection,
// it takes its turn like everybody else.

import type { PGlite } from "@electric-sql/pglite";
import type { Kysely } from "kysely";
import { type Db, fromPglite } from "pg-boss";
import type { Log } from "../flows/services.ts";
import { createPostgresPool } from "./postgres-dialect.ts";

export interface JobConnection {
  readonly backend: "postgres" | "pglite";
  readonly db: Db;
  stop(): Promise<void>;
}

/** Two queues that claim and settle, and their upkeep. */
const POOL_MAX = 4;

/** Upkeep counts and clears whole tables. */
const STATEMENT_TIMEOUT_MS = 20_000;

export function reserveForJobs(databaseUrl: string, log: Log): JobConnection {
  const pool = createPostgresPool(databaseUrl, {
    poolMax: POOL_MAX,
    log,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  return {
    backend: "postgres",
    db: {
      executeSql: async (text, values = []) => {
        const client = await pool.connect();
        let isUsable = false;
        try {
          const result: unknown = await client.query(text, values);
          isUsable = true;
          return { rows: rowsOf(result) };
        } finally {
          // After an error it may be inside a transaction that the text had begun.
          client.release(!isUsable);
        }
      },
    },
    stop: () => pool.end(),
  };
}

/** A text of several statements is answered with a list of results, one for each. */
function rowsOf(result: unknown): unknown[] {
  // Whatever pg resolves with is a result or a list of them, and a result has rows.
  const results = (Array.isArray(result) ? result : [result]) as { readonly rows: unknown[] }[];
  return results.flatMap(({ rows }) => rows);
}

/** @param root  whose turn on the one connection is taken, so that no statement falls into another's transaction */
export function shareForJobs(root: Kysely<unknown>, pglite: PGlite): JobConnection {
  const db = fromPglite(pglite);
  return {
    backend: "pglite",
    db: {
      executeSql: (text, values) => root.connection().execute(() => db.executeSql(text, values)),
    },
    stop: async () => {},
  };
}
