// Brings the database's schema up to this version: the server's own tables, then each flow's, every one under a ledger
// in its own schema. Safe to run several times at once: Postgres' advisory lock lets one through at a time.

import { promises as fs } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Kysely, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import type { Database } from "./database.ts";
import { failureReason } from "./failure-reason.ts";
import { SERVER_SCHEMA } from "./schema.ts";

/** A schema and the migrations that make it. */
export type SchemaSource = {
  readonly schema: string;
  readonly folder: string;
};

export type MigrationStatus = {
  readonly schema: string;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
};

/** A migration that could not be applied; nothing of its schema's batch was. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

const MIGRATION_FILE = /^\d{4}-[a-z0-9-]+\.(ts|js)$/;

/** Meant as a migration, or looks so. */
const NUMBERED_FILE = /^\d.*\.(ts|js)$/;

const CODE_FILE = /\.(ts|js)$/;

/** Code without a number is what migrations share; but not if it says how to migrate. */
const EXPORTED_UP = /^export\s+(async\s+function|function|const)\s+up\b/m;

/** The server's own migrations. */
export const SERVER_SOURCE: SchemaSource = {
  schema: SERVER_SCHEMA,
  folder: path.resolve(import.meta.dirname, "../../migrations"),
};

/**
 * Applies what is pending, schema by schema, each schema's batch in one transaction.
 *
 * @returns names of the migrations applied, as `schema/migration`
 * @throws MigrationError
 */
export async function migrate(
  database: Database,
  sources: readonly SchemaSource[],
): Promise<readonly string[]> {
  return database.withoutLimits(async (db) => {
    const applied: string[] = [];
    for (const source of sources) applied.push(...(await migrateSchema(db, source)));
    return applied;
  });
}

async function migrateSchema(
  db: Kysely<unknown>,
  source: SchemaSource,
): Promise<readonly string[]> {
  const applied = await readLedger(db, source.schema);
  const names = await listMigrationFiles(source.folder);
  // To look is far cheaper than to let kysely find out, which reads the catalog of every table several times.
  if (applied.length > 0 && names.every((name) => applied.includes(name))) return [];
  const { error, results = [] } = await createMigrator(db, source, applied).migrateToLatest();
  if (error === undefined) {
    return results.map((result) => `${source.schema}/${result.migrationName}`);
  }
  if (error instanceof MigrationError) throw error;
  const failed = results.find((result) => result.status === "Error");
  const where = failed === undefined ? source.schema : `${source.schema}/${failed.migrationName}`;
  throw new MigrationError(`migration of ${where} failed: ${failureReason(error)}`, {
    cause: error,
  });
}

/** Reads the ledgers; changes nothing. */
export async function readMigrationStatus(
  database: Database,
  sources: readonly SchemaSource[],
): Promise<readonly MigrationStatus[]> {
  return Promise.all(
    sources.map(async ({ schema, folder }) => {
      const applied = await readLedger(database.root, schema);
      const known = await listMigrationFiles(folder);
      return { schema, applied, pending: known.filter((name) => !applied.includes(name)) };
    }),
  );
}

async function readLedger(db: Kysely<unknown>, schema: string): Promise<readonly string[]> {
  const { rows: found } = await sql<{ ledger: string | null }>`
    select to_regclass(format('%I.%I', ${schema}::text, 'kysely_migration')) as ledger
  `.execute(db);
  if (found[0]?.ledger === null || found[0] === undefined) return [];
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(`${schema}.kysely_migration`)} order by name
  `.execute(db);
  return rows.map((row) => row.name);
}

function createMigrator(
  db: Kysely<unknown>,
  source: SchemaSource,
  applied: readonly string[],
): Migrator {
  return new Migrator({
    db: db.withSchema(source.schema),
    provider: createProvider(source, applied),
    migrationTableSchema: source.schema,
  });
}

/** @param applied  a newer version's are among them after a rollback, and have no file here; nothing is to be done for them */
function createProvider(source: SchemaSource, applied: readonly string[]): MigrationProvider {
  return {
    getMigrations: async () => {
      const names = await listMigrationFiles(source.folder);
      const newer = applied.filter((name) => !names.includes(name));
      const migrations = await Promise.all(
        names.map(async (name) => [name, await importMigration(source, name)] as const),
      );
      return Object.fromEntries([
        ...migrations,
        ...newer.map((name): readonly [string, Migration] => [name, { up: async () => {} }]),
      ]);
    },
  };
}

/** @throws MigrationError for a file that is one and would be passed over for its name */
async function listMigrationFiles(folder: string): Promise<readonly string[]> {
  const files = await fs.readdir(folder);
  for (const file of files) {
    if (MIGRATION_FILE.test(file) || !CODE_FILE.test(file)) continue;
    const where = path.join(folder, file);
    if (NUMBERED_FILE.test(file) || EXPORTED_UP.test(await fs.readFile(where, "utf8"))) {
      throw new MigrationError(
        `${where} is not named like a migration; rename it to something like 0001-orders.ts`,
      );
    }
  }
  return files
    .filter((file) => MIGRATION_FILE.test(file))
    .map((file) => path.parse(file).name)
    .toSorted();
}

async function importMigration(source: SchemaSource, name: string): Promise<Migration> {
  const files = await fs.readdir(source.folder);
  const file = path.join(
    source.folder,
    files.find((entry) => path.parse(entry).name === name) ?? name,
  );
  const module: unknown = await import(pathToFileURL(file).href);
  if (!isMigrationModule(module)) {
    throw new MigrationError(
      `${file} exports no function named up; write: export async function up(db)`,
    );
  }
  return {
    up: async (db) => {
      // So that raw SQL in a migration finds the tables of its own schema too.
      await sql`set local search_path to ${sql.id(source.schema)}, public`.execute(db);
      await module.up(db);
      if (source.schema === SERVER_SCHEMA)
        await recordRequirement(db, file, name, module.oldestServer);
    },
  };
}

async function recordRequirement(
  db: Kysely<unknown>,
  file: string,
  name: string,
  oldestServer: unknown,
): Promise<void> {
  if (typeof oldestServer !== "string") {
    throw new MigrationError(
      `${file} does not say which server can work with it; export oldestServer`,
    );
  }
  await sql`
    insert into ${sql.table(`${SERVER_SCHEMA}.migration_requirements`)} (migration, oldest_server)
    values (${name}, ${oldestServer})
  `.execute(db);
}

type MigrationModule = {
  readonly up: (db: Kysely<unknown>) => Promise<void>;
  readonly oldestServer?: unknown;
};

function isMigrationModule(module: unknown): module is MigrationModule {
  return (
    typeof module === "object" &&
    module !== null &&
    "up" in module &&
    typeof module.up === "function"
  );
}
