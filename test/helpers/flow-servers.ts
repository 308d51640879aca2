// A flow as several servers see it, for tests about people who come at the same moment: once on the database in memory,
// which has one connection, and once on a real Postgres.

import { describe } from "vitest";
import { type FlowOptions, openFlow, type TestFlow } from "../../src/harness/index.ts";
import { requirePart } from "../parts/require-part.ts";
import { createDatabase } from "./database.ts";

export interface FlowServers {
  /** Four of them. In memory they are one and the same. */
  readonly servers: readonly [TestFlow, ...TestFlow[]];
  stop(): Promise<void>;
}

/** The same tests on each: `for (const { name, describeOn, open } of DATABASES) describeOn(…)`. */
export const DATABASES = [
  { name: "PGlite", describeOn: describe, open: openInMemory },
  { name: "Postgres", describeOn: requirePart("postgres"), open: openOnPostgres },
] as const;

/** Requests that each server deals with at a time: fewer than it has connections, which take a while to open. */
const REQUESTS_AT_A_TIME = 4;

/**
 * Lets `users` users come at once, spread over `servers`. The others wait their turn here, where no time limit depends on
 * how busy the machine is.
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
    servers.flatMap((server) => Array.from({ length: REQUESTS_AT_A_TIME }, () => serve(server))),
  );
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}

async function openInMemory(folder: string, options: FlowOptions = {}): Promise<FlowServers> {
  const server = await openFlow(folder, options);
  return { servers: [server, server, server, server], stop: () => server.close() };
}

async function openOnPostgres(folder: string, options: FlowOptions = {}): Promise<FlowServers> {
  const databaseUrl = await createDatabase();
  const open = (): Promise<TestFlow> => openFlow(folder, { ...options, databaseUrl });
  // The first one alone, which makes the tables.
  const first = await open();
  const others = await Promise.all([open(), open(), open()]);
  return {
    servers: [first, ...others],
    async stop() {
      await Promise.all([first, ...others].map((server) => server.close()));
    },
  };
}
