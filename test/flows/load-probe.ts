// Loads handler folders as a server does, in a process of its own: inside vitest their imports would be resolved by
// vitest. Prints one line of JSON for each folder given.
//
//     node load-probe.ts regenerate|refuse <folder>…

import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import { z } from "zod";
import { loadHandlers } from "../../src/flows/load-handlers.ts";
import { createLoadedFlow } from "../../src/flows/loaded-flow.ts";
import type { Services } from "../../src/flows/services.ts";

export type Probed =
  | {
      readonly kind: "loaded";
      readonly flows: readonly {
        readonly name: string;
        readonly contractHash: string;
        readonly hasSeed: boolean;
        readonly hasMigrations: boolean;
        /** Whether the handler's zod is the server's. */
        readonly sharesZod: boolean;
      }[];
    }
  | {
      readonly kind: "failed";
      readonly name: string;
      readonly message: string;
      readonly cause: string;
    };

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const services: Services = {
  db: new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  clock: { now: () => new Date(0) },
  log,
  media: { fetch: () => Promise.reject(new Error("no media here")) },
  env: {},
};

async function probe(folder: string, staleContract: "regenerate" | "refuse"): Promise<Probed> {
  try {
    const modules = await loadHandlers(folder, staleContract);
    const flows = await Promise.all(
      modules.map(async (module) => {
        const { name, contract, options } = await createLoadedFlow(module, services);
        return {
          name,
          contractHash: contract.contractHash,
          hasSeed: module.seed !== null,
          hasMigrations: module.migrationsFolder !== null,
          sharesZod: options.completion instanceof z.ZodType,
        };
      }),
    );
    return { kind: "loaded", flows };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message, cause } = error;
    return { kind: "failed", name, message, cause: cause instanceof Error ? cause.message : "" };
  }
}

const [mode, ...folders] = process.argv.slice(2);
for (const folder of folders) {
  const probed = await probe(folder, mode === "refuse" ? "refuse" : "regenerate");
  process.stdout.write(`${JSON.stringify(probed)}\n`);
}
