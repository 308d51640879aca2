// What the command line may ask of a database, whether it opens it itself or a running server holds it.

import { z } from "zod";
import type { HandlerModule } from "../flows/load-handlers.ts";
import type { Clock } from "../flows/services.ts";
import type { Database } from "../storage/database.ts";
import {
  migrate,
  type MigrationStatus,
  readMigrationStatus,
  type SchemaSource,
  SERVER_SOURCE,
} from "../storage/migrate.ts";
import { assertServerFits } from "../storage/schema-requirement.ts";
import { SERVER_VERSION } from "./version.ts";

export type OperationContext = {
  readonly database: Database;
  readonly modules: readonly HandlerModule[];
  readonly clock: Clock;
};

export const OPERATION_NAMES = ["migrate", "migration-status", "seed"] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

/** Results, as they travel through the control socket. */
export const OPERATION_RESULTS = {
  migrate: z.object({ applied: z.array(z.string()) }),
  "migration-status": z.object({
    schemas: z.array(
      z.object({
        schema: z.string(),
        applied: z.array(z.string()),
        pending: z.array(z.string()),
      }),
    ),
  }),
  seed: z.object({ seeded: z.array(z.string()) }),
} satisfies Record<OperationName, z.ZodType>;

export type OperationResult<N extends OperationName> = z.output<(typeof OPERATION_RESULTS)[N]>;

type Operations = {
  readonly [N in OperationName]: (context: OperationContext) => Promise<OperationResult<N>>;
};

export const OPERATIONS: Operations = {
  migrate: async ({ database, modules }) => {
    await assertServerFits(database, SERVER_VERSION);
    return { applied: [...(await migrate(database, sourcesOf(modules)))] };
  },
  "migration-status": async (context) => ({
    schemas: (await readStatus(context)).map(({ schema, applied, pending }) => ({
      schema,
      applied: [...applied],
      pending: [...pending],
    })),
  }),
  seed: async ({ database, modules, clock }) => {
    const seeded: string[] = [];
    for (const { name, seed } of modules) {
      if (seed === null) continue;
      await database.root.transaction().execute(async (trx) => seed(trx.withSchema(name), clock));
      seeded.push(name);
    }
    return { seeded };
  },
};

/** Applied and pending migrations of the server and of every flow. */
export function readStatus({
  database,
  modules,
}: Pick<OperationContext, "database" | "modules">): Promise<readonly MigrationStatus[]> {
  return readMigrationStatus(database, sourcesOf(modules));
}

function sourcesOf(modules: readonly HandlerModule[]): readonly SchemaSource[] {
  const ofFlows = modules.flatMap(({ name, migrationsFolder }) =>
    migrationsFolder === null ? [] : [{ schema: name, folder: migrationsFolder }],
  );
  return [SERVER_SOURCE, ...ofFlows];
}
