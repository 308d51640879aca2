// What the command line may ask of a database, whether it opens it itself or a running server holds it.

import { z } from "zod";
import type { HandlerModule } from "../../flows/load-handlers.ts";
import type { Clock } from "../../flows/services.ts";
import type { Database } from "../../storage/database.ts";
import { failureReason } from "../../storage/failure-reason.ts";
import {
  migrate,
  type MigrationStatus,
  readMigrationStatus,
  type SchemaSource,
  SERVER_SOURCE,
} from "../../storage/migrate.ts";
import { installQueues, readQueueStatus } from "../../storage/queue-schema.ts";
import { assertServerFits } from "../../storage/schema-requirement.ts";
import { COMPLETION_OPERATIONS, runCompletionOperation } from "./completion-operations.ts";
import type { OperationContext } from "./operation-context.ts";
import { runSentMessageOperation, SENT_MESSAGE_OPERATIONS } from "./sent-message-operations.ts";
import { SERVER_VERSION } from "../version.ts";

const NOTHING = z.object({});

/** Arguments and results, as they travel through the control socket. */
export const OPERATIONS = {
  migrate: { input: NOTHING, output: z.object({ applied: z.array(z.string()) }) },
  "migration-status": {
    input: NOTHING,
    output: z.object({
      schemas: z.array(
        z.object({
          schema: z.string(),
          applied: z.array(z.string()),
          pending: z.array(z.string()),
        }),
      ),
    }),
  },
  seed: { input: NOTHING, output: z.object({ seeded: z.array(z.string()) }) },
  ...COMPLETION_OPERATIONS,
  ...SENT_MESSAGE_OPERATIONS,
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type OperationInput<N extends OperationName> = z.output<(typeof OPERATIONS)[N]["input"]>;
export type OperationOutput<N extends OperationName> = z.output<(typeof OPERATIONS)[N]["output"]>;

/** The operations themselves, on a database that this process has open. */
export const runHere: {
  readonly [N in OperationName]: (
    context: OperationContext,
    input: OperationInput<N>,
  ) => Promise<OperationOutput<N>>;
} = {
  migrate: async ({ database, modules }) => ({
    applied: [...(await migrateAll(database, await modules()))],
  }),
  "migration-status": async ({ database, modules }) => ({
    schemas: (await readStatus(database, await modules())).map(({ schema, applied, pending }) => ({
      schema,
      applied: [...applied],
      pending: [...pending],
    })),
  }),
  seed: async ({ database, modules, clock }) => ({
    seeded: [...(await seedAll(database, await modules(), clock))],
  }),
  ...runCompletionOperation,
  ...runSentMessageOperation,
};

/**
 * Brings every schema up to this version.
 *
 * @returns what was applied, as `schema/migration`
 */
export async function migrateAll(
  database: Database,
  modules: readonly HandlerModule[],
): Promise<readonly string[]> {
  await assertServerFits(database, SERVER_VERSION);
  const applied = await migrate(database, sourcesOf(modules));
  return [...applied, ...(await installQueues(database.jobs))];
}

/** Postgres refuses a statement: its data (class 22), a constraint (23), its words and names (42). */
const REFUSED_STATEMENT = /^(22|23|42)[0-9A-Z]{3}$/;

function isRefused(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    "code" in cause &&
    typeof cause.code === "string" &&
    REFUSED_STATEMENT.test(cause.code)
  );
}

/** The database refuses the demonstration data of a flow; nothing of it was put in. */
export class SeedError extends Error {
  override readonly name = "SeedError";
}

/**
 * @returns flows that have demonstration data
 * @throws SeedError, and whatever else a seed throws
 */
export async function seedAll(
  database: Database,
  modules: readonly HandlerModule[],
  clock: Clock,
): Promise<readonly string[]> {
  const seeded: string[] = [];
  for (const { name, seed } of modules) {
    if (seed === null) continue;
    try {
      await database.root.transaction().execute(async (trx) => seed(trx.withSchema(name), clock));
    } catch (cause) {
      if (!isRefused(cause)) throw cause;
      throw new SeedError(
        `${name}/seed.ts failed: ${failureReason(cause)}; tables are made by the flow's migrations`,
        { cause },
      );
    }
    seeded.push(name);
  }
  return seeded;
}

/** Applied and pending migrations of the server, of every flow and of the job queue. */
export async function readStatus(
  database: Database,
  modules: readonly HandlerModule[],
): Promise<readonly MigrationStatus[]> {
  const schemas = await readMigrationStatus(database, sourcesOf(modules));
  return [...schemas, await readQueueStatus(database.jobs)];
}

function sourcesOf(modules: readonly HandlerModule[]): readonly SchemaSource[] {
  const ofFlows = modules.flatMap(({ name, migrationsFolder }) =>
    migrationsFolder === null ? [] : [{ schema: name, folder: migrationsFolder }],
  );
  return [SERVER_SOURCE, ...ofFlows];
}
