// What a webhook answers while its database is away, slow, silent or busy: 503 while it is so, 200 afterwards without a
// restart, and in the end one row and one job for one message.

import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Postgres, runOn, startPostgres } from "../helpers/postgres.ts";
import { type PostgresProxy, startPostgresProxy } from "../helpers/postgres-proxy.ts";
import { requirePart } from "../parts/require-part.ts";
import { completionPost, messagesChange, notificationOf, signed } from "./notification.ts";
import {
  deliver,
  preparePostgresAt,
  type PreparedPostgres,
  startWebhookServer,
  type WebhookServer,
} from "./webhook-server.ts";

requirePart("postgres")("a webhook whose database", () => {
  let postgres: Postgres;
  let prepared: PreparedPostgres;
  let server: WebhookServer;

  beforeAll(async () => {
    postgres = await startPostgres();
    prepared = await preparePostgresAt(await postgres.createDatabase());
    server = await startWebhookServer(prepared.settings);
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it("is killed answers 503, and 200 once it is back", async () => {
    await deliver(server, completionPost("before-crash"));
    await postgres.crash();

    const refused = await server.send(completionPost("crash"));
    await postgres.restart();
    await deliver(server, completionPost("crash"));

    expect(refused).toMatchObject({ status: 503, body: "", headers: { "retry-after": "5" } });
    expect(await rowsOf(prepared, "crash")).toEqual({ completions: 1, jobs: 1 });
    expect(await rowsOf(prepared, "before-crash")).toEqual({ completions: 1, jobs: 1 });
  });

  it("is killed in the middle of a transaction answers 503 and lives", async () => {
    const holder = new pg.Client(prepared.settings.url);
    // It is killed too.
    holder.on("error", () => {});
    await holder.connect();
    await holder.query("begin; lock table flowpoint_server.completions");

    const sent = server.send(completionPost("middle"));
    await untilSomebodyWaits(prepared);
    await postgres.crash();
    const refused = await sent;
    await postgres.restart();
    await deliver(server, completionPost("middle"));

    expect(refused.status).toBe(503);
    expect(await rowsOf(prepared, "middle")).toEqual({ completions: 1, jobs: 1 });
  });

  it("stands still answers 503, and 200 once it goes on", async () => {
    await deliver(server, completionPost("before-stop"));
    const processes = [postgres.pid, ...childrenOf(postgres.pid)];

    let refused;
    try {
      for (const pid of processes) sendSignal(pid, "SIGSTOP");
      refused = await server.send(completionPost("stop"));
    } finally {
      for (const pid of processes) sendSignal(pid, "SIGCONT");
    }
    await deliver(server, completionPost("stop"));

    expect(refused.status).toBe(503);
    expect(await rowsOf(prepared, "stop")).toEqual({ completions: 1, jobs: 1 });
  });

  it("is locked by somebody else answers 503 before the lock is gone", async () => {
    await runOn(prepared.settings.url, async (holder) => {
      await holder.query("begin; lock table flowpoint_server.completions");
      const refused = await server.send(completionPost("locked"));
      expect(refused.status).toBe(503);
      await holder.query("rollback");
    });
    await deliver(server, completionPost("locked"));

    expect(await rowsOf(prepared, "locked")).toEqual({ completions: 1, jobs: 1 });
  });

  it("has all its other connections held by handlers stores all the same", async () => {
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const end = Promise.withResolvers<void>();
    const handlers = begun.map(({ resolve }) =>
      server.database.root.transaction().execute(() => {
        resolve();
        return end.promise;
      }),
    );
    await Promise.all(begun.map(({ promise }) => promise));

    const answer = await server.send(completionPost("exhausted"));
    end.resolve();
    await Promise.all(handlers);

    expect(answer.status).toBe(200);
  });

  it("is not needed is not asked", async () => {
    await postgres.crash();
    const status = { field: "messages", value: { statuses: [{ id: "a", status: "sent" }] } };
    const text = messagesChange([{ id: "b", type: "text", text: { body: "hello" } }]);

    const answer = await server.send(signed(notificationOf(status, text)));
    await postgres.restart();

    expect(answer.status).toBe(200);
  });
});

requirePart("postgres")("a webhook whose connection to the database", () => {
  let postgres: Postgres;
  let prepared: PreparedPostgres;
  let proxy: PostgresProxy;
  let server: WebhookServer;

  beforeAll(async () => {
    postgres = await startPostgres({ durable: false });
    prepared = await preparePostgresAt(await postgres.createDatabase());
    proxy = await startPostgresProxy(prepared.settings.url);
    server = await startWebhookServer({ kind: "postgres", url: proxy.url, poolMax: 2 });
  });

  afterAll(async () => {
    await server.stop();
    await proxy.stop();
    await postgres.stop();
  });

  it("breaks after COMMIT and before its answer finds what it stored, and so does the next delivery", async () => {
    const cut = proxy.cutAfter("commit");
    const unknown = await server.send(completionPost("cut"));
    await cut;
    const storedFirst = await rowsOf(prepared, "cut");
    const repeated = await server.send(completionPost("cut"));

    expect([unknown.status, repeated.status]).toEqual([200, 200]);
    expect(storedFirst).toEqual({ completions: 1, jobs: 1 });
    expect(await rowsOf(prepared, "cut")).toEqual({ completions: 1, jobs: 1 });
  });

  it("was reset while nobody used it says 200 over another", async () => {
    await deliver(server, completionPost("before-close"));
    proxy.reset();
    const answer = await server.send(completionPost("after-close"));

    expect(answer.status).toBe(200);
    expect(await rowsOf(prepared, "after-close")).toEqual({ completions: 1, jobs: 1 });
  });

  it("swallows everything is given up, and another one is made when the way is free", async () => {
    await deliver(server, completionPost("before-silence"));
    proxy.swallow();
    const refused = await server.send(completionPost("silence"));
    proxy.heal();
    await deliver(server, completionPost("silence"));

    expect(refused.status).toBe(503);
    expect(await rowsOf(prepared, "silence")).toEqual({ completions: 1, jobs: 1 });
  });
});

/** On a connection of its own, which no fault is put on. */
async function rowsOf(prepared: PreparedPostgres, id: string): Promise<unknown> {
  return runOn(prepared.settings.url, async (client) => {
    const { rows } = await client.query<object>(
      `select count(distinct c.id)::int as completions, count(j.id)::int as jobs
       from flowpoint_server.completions c
       left join flowpoint_jobs.job j on j.id = c.id and j.name = 'completion'
       where c.message_id = $1`,
      [id],
    );
    return rows[0];
  });
}

/** Until a connection waits for a lock. */
async function untilSomebodyWaits(prepared: PreparedPostgres): Promise<void> {
  await runOn(prepared.settings.url, async (client) => {
    for (let waiting = 0; waiting === 0;) {
      const { rowCount } = await client.query("select from pg_locks where not granted");
      waiting = rowCount ?? 0;
    }
  });
}

/** Postgres ends processes of its own accord, between their listing and the signal. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}
