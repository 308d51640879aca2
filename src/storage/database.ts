// Opens the database: one kysely instance, seen by the server through its own schema and by each flow through the
// schema of its name.

import { type Dialect, Kysely, sql } from "kysely";
import type { HandlerDatabase, Log } from "../flows/services.ts";
import { createOnceGuard, type OnceGuard } from "./once-guard.ts";
import { openPgliteDialect, openPgliteInMemory } from "./pglite-dialect.ts";
import { createPostgresDialect } from "./postgres-dialect.ts";
import { type QueryObserver, reportQueriesTo } from "./query-observer.ts";
import { type JobConnection, shareForJobs, reserveForJobs } from "./job-connection.ts";
import { SERVER_SCHEMA, type ServerTables } from "./schema.ts";

export type DatabaseSettings =
  | { readonly kind: "embedded"; readonly dataDir: string }
  | { readonly kind: "postgres"; readonly url: string; readonly poolMax: number };

/** An embedded database for tests: nothing of it outlives `stop`. */
export type MemorySettings = { readonly kind: "memory" };

export interface Database {
  readonly kind: DatabaseSettings["kind"];
  /** Without a schema: for what spans them. */
  readonly root: Kysely<unknown>;
  readonly server: Kysely<ServerTables>;
  readonly onceGuard: OnceGuard;
  /** How the job queue reaches this database. */
  readonly jobs: JobConnection;
  forFlow(flow: string): HandlerDatabase;
  /** For what may take long, as building an index does: a connection without time limits, where the database has any. */
  withoutLimits<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T>;
  /** @throws when no query gets through */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param queries  told of every query; default: nobody is
 * @throws DataDirLockedError when another process has the embedded database open
 */
export async function openDatabase(
  settings: DatabaseSettings | MemorySettings,
  log: Log,
  queries: QueryObserver | null = null,
): Promise<Database> {
  const onceGuard = createOnceGuard();
  const { dialect, connectJobs, release } = await openDialect(settings, log);
  const root = new Kysely<unknown>({
    dialect: onceGuard.guard(dialect),
    ...(queries === null ? {} : { log: reportQueriesTo(queries) }),
  });
  const jobs = connectJobs(root);
  return {
    kind: settings.kind === "memory" ? "embedded" : settings.kind,
    root,
    server: root.withSchema(SERVER_SCHEMA).$extendTables<ServerTables>(),
    onceGuard,
    jobs,
    forFlow: (flow) => root.withSchema(flow),
    withoutLimits: async (work) => {
      if (settings.kind !== "postgres") return work(root);
      const options = { poolMax: 1, log, connectionTimeoutMs: 5_000, statementTimeoutMs: 0 };
      const db = new Kysely<unknown>({ dialect: createPostgresDialect(settings.url, options) });
      try {
        return await work(db);
      } finally {
        await db.destroy();
      }
    },
    check: async () => {
      await sql`select 1`.execute(root);
    },
    stop: async () => {
      await jobs.stop();
      await root.destroy();
      await release();
    },
  };
}

type OpenDialect = {
  readonly dialect: Dialect;
  readonly connectJobs: (root: Kysely<unknown>) => JobConnection;
  readonly release: () => Promise<void>;
};

async function openDialect(
  settings: DatabaseSettings | MemorySettings,
  log: Log,
): Promise<OpenDialect> {
  switch (settings.kind) {
    case "embedded": {
      const { pglite, dialect, release } = await openPgliteDialect(settings.dataDir);
      return { dialect, connectJobs: (root) => shareForJobs(root, pglite), release };
    }
    case "memory": {
      const { pglite, dialect } = await openPgliteInMemory();
      return {
        dialect,
        connectJobs: (root) => shareForJobs(root, pglite),
        release: async () => {},
      };
    }
    case "postgres":
      return {
        dialect: createPostgresDialect(settings.url, { poolMax: settings.poolMax, log }),
        connectJobs: () => reserveForJobs(settings.url, log),
        release: async () => {},
      };
  }
}
