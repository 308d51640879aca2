// Drives a handler as the endpoint would, without the wire: each input is held against the contract, then the handler
// runs on a real database, then its outcome is held against the contract. What would not reach a phone throws.

import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe } from "vitest";
import type { Call } from "../../src/flows/call.ts";
import {
  type CheckedOutcome,
  checkOutcome,
  type OutcomeOrigin,
} from "../../src/flows/check-outcome.ts";
import type { Handler } from "../../src/flows/implement.ts";
import { createLoadedFlow } from "../../src/flows/loaded-flow.ts";
import { reply } from "../../src/flows/reply.ts";
import type { Clock, Log, Media } from "../../src/flows/services.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { migrate, SERVER_SOURCE } from "../../src/storage/migrate.ts";
import { createEffects } from "../../src/storage/once.ts";
import { requirePart } from "../parts/require-part.ts";
import { createDatabase } from "./database.ts";
import { removeWithUs } from "./end-with-us.ts";

/** A fresh database. */
export interface TestDatabase {
  /** A server's connection to it. PGlite has but one: there, all servers are the same. */
  connect(): Promise<Database>;
  /** Closes every connection. */
  stop(): Promise<void>;
}

/** The same tests on each: `for (const { name, describeOn, create } of DATABASES) describeOn(…)`. */
export const DATABASES = [
  { name: "PGlite", describeOn: describe, create: createEmbedded },
  { name: "Postgres", describeOn: requirePart("postgres"), create: createPostgres },
] as const;

export interface HandlerDriver {
  /** Opens the flow. */
  init(flowToken: string | null): Promise<CheckedOutcome>;
  /** Fires a data_exchange of `screen`. */
  exchange(
    flowToken: string | null,
    screen: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<CheckedOutcome>;
}

/**
 * Lets `users` users come at once, spread over `servers`. Each server deals with as many at a time as it has
 * connections; the others wait their turn here, where no time limit depends on how busy the machine is.
 *
 * @returns what `work` gave each user, in their order
 */
export async function crowd<Server, Result>(
  servers: readonly Server[],
  users: number,
  work: (server: Server, user: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  let arrived = 0;
  const serve = async (server: Server): Promise<void> => {
    for (let user = arrived++; user < users; user = arrived++) {
      results.set(user, await work(server, user));
    }
  };
  await Promise.all(
    servers.flatMap((server) => Array.from({ length: POOL_MAX }, () => serve(server))),
  );
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}

/** Makes the tables of the server and of the flow in `folder`. */
export async function migrateFlow(database: Database, folder: string): Promise<void> {
  const flow = { schema: path.basename(folder), folder: path.join(folder, "migrations") };
  await migrate(database, [SERVER_SOURCE, flow]);
}

/** @param folder  the handler's, named as its flow; its tables are made already */
export async function createHandlerDriver(
  folder: string,
  handler: Handler,
  database: Database,
  clock: Clock,
): Promise<HandlerDriver> {
  const name = path.basename(folder);
  const module = {
    name,
    folder,
    flowJson: await readFile(path.join(folder, "flow.json"), "utf8"),
    handler,
    migrationsFolder: null,
    seed: null,
  };
  const services = { db: database.forFlow(name), clock, log: silentLog, media: noMedia, env: {} };
  const { contract, behaviour, options } = await createLoadedFlow(module, services);
  const effects = createEffects(database, "test");

  const createCall = (flowToken: string | null): Call => {
    const signal = new AbortController().signal;
    const scope = flowToken === null ? null : { flow: name, key: flowToken, keepUntil: FAR_FUTURE };
    const call = {
      flow: name,
      flowToken,
      claims: {},
      key: randomUUID(),
      signal,
      log: silentLog,
      once: (effect: string, work: Parameters<Call["once"]>[1]) =>
        effects.once(name, scope, effect, signal, work),
      stored: async (effect: string) => (scope === null ? null : effects.stored(scope, effect)),
    };
    // What `once` and `stored` give is only known to the handler, as in the endpoint's own call.
    return call as Call;
  };

  const check = (origin: OutcomeOrigin, outcome: unknown): CheckedOutcome => {
    const verdict = checkOutcome(contract, options.completion ?? null, origin, outcome);
    if (verdict.kind === "refused") throw new Error(`${verdict.screen}: ${verdict.reason}`);
    return verdict.outcome;
  };

  return {
    async init(flowToken) {
      if (behaviour.init === null) throw new Error("the flow takes no INIT");
      const outcome = await behaviour.init(reply, createCall(flowToken));
      return check({ action: "init", screen: null }, outcome);
    },

    async exchange(flowToken, screen, payload) {
      const run = behaviour.exchange.get(screen);
      const schema = contract.screens[screen]?.input ?? null;
      if (run === undefined || schema === null) throw new Error(`${screen} takes no data_exchange`);
      // As it comes off the wire.
      const input = schema.parse(JSON.parse(JSON.stringify(payload)));
      const outcome = await run(input, reply, createCall(flowToken));
      return check({ action: "data_exchange", screen }, outcome);
    },
  };
}

/** A server's connections. */
const POOL_MAX = 10;

const FAR_FUTURE = new Date("2100-01-01T00:00:00Z");

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

const noMedia: Media = {
  fetch: () => Promise.reject(new Error("no uploads in this test")),
};

async function createEmbedded(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "flowpoint-handler-"));
  const unwatch = removeWithUs(dataDir);
  const database = await openDatabase({ kind: "embedded", dataDir }, silentLog);
  return {
    connect: () => Promise.resolve(database),
    async stop() {
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
      unwatch();
    },
  };
}

async function createPostgres(): Promise<TestDatabase> {
  const url = await createDatabase();
  const databases: Database[] = [];
  return {
    async connect() {
      const database = await openDatabase({ kind: "postgres", url, poolMax: POOL_MAX }, silentLog);
      databases.push(database);
      return database;
    },
    async stop() {
      await Promise.all(databases.map((database) => database.stop()));
    },
  };
}
