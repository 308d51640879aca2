// A connection that the network swallowed is found out and not used again, whatever it was doing.

import { Kysely, sql } from "kysely";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ConnectionSilent } from "../../src/storage/answering-pool.ts";
import { createPostgresDialect } from "../../src/storage/postgres-dialect.ts";
import { createDatabase } from "../helpers/database.ts";
import { type PostgresProxy, startPostgresProxy } from "../helpers/postgres-proxy.ts";
import { requirePart } from "../parts/require-part.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

requirePart("postgres")("a pool of one connection", () => {
  let proxy: PostgresProxy;
  let db: Kysely<unknown>;

  beforeEach(async () => {
    proxy = await startPostgresProxy(await createDatabase());
    const dialect = createPostgresDialect(proxy.url, {
      poolMax: 1,
      log: silent,
      statementTimeoutMs: 200,
    });
    db = new Kysely({ dialect });
    await sql`select 1`.execute(db);
  });

  afterEach(async () => {
    await db.destroy();
    await proxy.stop();
  });

  it("gives a swallowed query up, and makes another connection for the next", async () => {
    const before = await backendOf(db);
    proxy.swallow();
    await expect(sql`select 1`.execute(db)).rejects.toThrow(ConnectionSilent);
    proxy.heal();

    expect(await backendOf(db)).not.toBe(before);
  });

  it("gives a transaction up that is swallowed at its beginning", async () => {
    proxy.swallow();
    const transaction = db.transaction().execute((trx) => sql`select 1`.execute(trx));
    await expect(transaction).rejects.toThrow(ConnectionSilent);
    proxy.heal();

    expect(await backendOf(db)).toEqual(expect.any(Number));
  });

  it("gives a transaction up that is swallowed in its middle, without waiting for its rollback", async () => {
    const transaction = db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      proxy.swallow();
      await sql`select 2`.execute(trx);
    });
    await expect(transaction).rejects.toThrow(ConnectionSilent);
    proxy.heal();

    expect(await backendOf(db)).toEqual(expect.any(Number));
  });

  it("keeps a connection whose statement was cancelled by the database", async () => {
    const before = await backendOf(db);

    const slow = db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = 10`.execute(trx);
      await sql`select pg_sleep(60)`.execute(trx);
    });
    await expect(slow).rejects.toMatchObject({ code: "57014" });

    expect(await backendOf(db)).toBe(before);
  });

  it("does not end the process when a connection in use is terminated between two queries", async () => {
    const transaction = db.transaction().execute(async (trx) => {
      await terminate(proxy.url, await backendOf(trx));
      await sql`select 1`.execute(trx);
    });

    await expect(transaction).rejects.toThrow(Error);
    expect(await backendOf(db)).toEqual(expect.any(Number));
  });
});

async function backendOf(db: Kysely<unknown>): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  return rows[0]?.pid;
}

/** Resolves when the backend is gone. */
async function terminate(url: string, pid: number | undefined): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("select pg_terminate_backend($1, 10000)", [pid]);
  await client.end();
}
