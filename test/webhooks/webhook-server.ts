// A server's webhook as the composition root joins it: the real listener on a port of its own, the real store and queue
// on the database given, a log and metrics that the test can read.

import { once } from "node:events";
import { Agent, type IncomingMessage, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { afterAll, describe, expect } from "vitest";
import { elapsedMs } from "../../src/app/clock.ts";
import { Health } from "../../src/app/health.ts";
import { createMetrics } from "../../src/app/telemetry/metrics.ts";
import {
  createNotificationLog,
  observeNotificationsWith,
} from "../../src/app/telemetry/notification-log.ts";
import { createPublicServer } from "../../src/app/server.ts";
import { parseSettings } from "../../src/app/settings.ts";
import { type Database, type DatabaseSettings, openDatabase } from "../../src/storage/database.ts";
import { migrate, SERVER_SOURCE } from "../../src/storage/migrate.ts";
import { createNotificationStore } from "../../src/storage/notification-store.ts";
import { createQueue } from "../../src/storage/queue.ts";
import { installQueues } from "../../src/storage/queue-schema.ts";
import { reserveConnections } from "../../src/storage/reserved-connections.ts";
import type { NotificationReport } from "../../src/webhooks/ports.ts";
import { createGroupedStore } from "../../src/webhooks/grouped-store.ts";
import { createIngest } from "../../src/webhooks/ingest.ts";
import { captureLog, type LogLine } from "../helpers/capture-log.ts";
import { createDatabase } from "../helpers/database.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import { APP_SECRET, PREVIOUS_APP_SECRET, VERIFY_TOKEN } from "./notification.ts";

/** A database of the test's own, with the server's tables. */
export type PreparedDatabase<Settings extends DatabaseSettings = DatabaseSettings> = {
  readonly settings: Settings;
  readonly remove: () => Promise<void>;
};

export type PreparedPostgres = PreparedDatabase<
  Extract<DatabaseSettings, { readonly kind: "postgres" }>
>;

/** The same tests on both: `for (const { name, describeOn, prepare } of DATABASES) describeOn(name, …)`. */
export const DATABASES = [
  { name: "on PGlite", describeOn: describe, prepare: prepareEmbedded },
  { name: "on Postgres", describeOn: requirePart("postgres"), prepare: preparePostgres },
] as const;

export type Received = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

export type Sent = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer;
};

/** How many rows there are. */
export type Rows = {
  readonly completions: number;
  readonly jobs: number;
  readonly flowEvents: number;
  readonly quarantine: number;
};

export interface WebhookServer {
  readonly url: string;
  readonly database: Database;
  readonly log: readonly LogLine[];
  /** What the pipeline reported of each POST, oldest first. */
  readonly reports: readonly NotificationReport[];
  send(request: Sent): Promise<Received>;
  metrics(): Promise<string>;
  countRows(): Promise<Rows>;
  stop(): Promise<void>;
}

const running = new Set<WebhookServer>();

// A server that a test forgets would keep its connections.
afterAll(() => {
  if (running.size > 0) throw new Error(`this file left ${running.size} servers running`);
});

export async function prepareEmbedded(): Promise<PreparedDatabase> {
  const folder = await makeTemporaryFolder();
  const settings = { kind: "embedded", dataDir: folder.path } as const;
  await prepareTables(settings);
  return { settings, remove: folder.remove };
}

export async function preparePostgres(): Promise<PreparedPostgres> {
  return preparePostgresAt(await createDatabase());
}

export async function preparePostgresAt(url: string): Promise<PreparedPostgres> {
  const settings = { kind: "postgres", url, poolMax: 2 } as const;
  await prepareTables(settings);
  return { settings, remove: async () => {} };
}

async function prepareTables(settings: DatabaseSettings): Promise<void> {
  const database = await openDatabase(settings, silent);
  await migrate(database, [SERVER_SOURCE]);
  await installQueues(database.jobs);
  await database.stop();
}

export async function startWebhookServer(
  databaseSettings: DatabaseSettings,
): Promise<WebhookServer> {
  const { log, lines } = captureLog();
  const database = await openDatabase(databaseSettings, log);
  const queue = createQueue(database, log, { upkeep: false });
  await queue.start();
  const reserved = await reserveConnections(databaseSettings, database, log);
  const store = createNotificationStore(reserved.db, queue, "main");
  const metrics = createMetrics();
  const reports: NotificationReport[] = [];
  const ingest = createIngest({
    account: { appSecrets: [APP_SECRET, PREVIOUS_APP_SECRET] },
    store: createGroupedStore(store, reserved.count),
    observer: observeNotificationsWith(metrics.webhooks, createNotificationLog(log, elapsedMs), {
      received: (report) => void reports.push(report),
    }),
    elapsedMs,
  });
  const app = await createPublicServer({
    tls: null,
    settings: parseSettings({}),
    exchange: async () => ({ status: 404, body: "" }),
    webhooks: { ingest, verifyToken: VERIFY_TOKEN },
    health: new Health(database),
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  // Listening on TCP: the address is an object.
  const { port } = app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const agent = new Agent({ keepAlive: true });

  const server: WebhookServer = {
    url,
    database,
    log: lines,
    reports,
    send: (request) => sendTo(url, agent, request),
    metrics: async () => (await metrics.scrape()).text,
    countRows: () => countRows(database),
    stop: async () => {
      agent.destroy();
      await app.close();
      await reserved.stop();
      await queue.stop(0);
      await database.stop();
      running.delete(server);
    },
  };
  running.add(server);
  return server;
}

/** `fetch` would make up a content type and tidy up the path. */
async function sendTo(url: string, agent: Agent, request: Sent): Promise<Received> {
  const { method = "POST", path = "/webhooks/whatsapp", headers = {}, body } = request;
  const { hostname, port } = new URL(url);
  const client = httpRequest({ hostname, port, path, method, agent });
  for (const [name, value] of Object.entries(headers)) client.setHeader(name, value);
  const answered = once(client, "response");
  client.end(body);
  // What a client emits as its response.
  const [response] = (await answered) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  };
}

/** Sends as Meta does, only sooner: again until it is answered 200. */
export async function deliver(server: WebhookServer, request: Sent): Promise<void> {
  for (;;) {
    const { status } = await server.send(request);
    if (status === 200) return;
    expect(status).toBe(503);
  }
}

async function countRows({ root }: Database): Promise<Rows> {
  const { rows } = await sql<Rows>`
    select
      (select count(*)::int from flowpoint_server.completions) as completions,
      (select count(*)::int from flowpoint_jobs.job where name = 'completion') as jobs,
      (select count(*)::int from flowpoint_server.flow_events) as "flowEvents",
      (select count(*)::int from flowpoint_server.quarantine) as quarantine
  `.execute(root);
  const [counts] = rows;
  if (counts === undefined) throw new Error("a query without from gives one row");
  return counts;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
