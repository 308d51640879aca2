// The database: reachable, its schema up to date, and set so that it keeps what it has committed; and the handlers' factories,
// which are given it. Nothing is created or applied. An embedded database that a server holds is asked about through that server.

import { existsSync } from "node:fs";
import path from "node:path";
import { databaseSettings } from "../../app/database-settings.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { readStatus } from "../../app/operations/operations.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import type { Settings } from "../../app/settings.ts";
import { SERVER_VERSION } from "../../app/version.ts";
import type { HandlerModule } from "../../flows/load-handlers.ts";
import { DataDirLockedError } from "../../storage/data-dir-lock.ts";
import { type Database, openDatabase } from "../../storage/database.ts";
import { findDurabilityRisks } from "../../storage/durability.ts";
import type { MigrationStatus } from "../../storage/migrate.ts";
import { assertServerFits } from "../../storage/schema-requirement.ts";
import { explainError } from "../explain-error.ts";
import { checkFactories, FACTORIES_CHECK } from "./check-factories.ts";
import { type Diagnosis, failed, failedWith, passed, skipped, warned } from "./diagnosis.ts";

export async function checkDatabase(
  settings: Settings,
  modules: readonly HandlerModule[],
): Promise<readonly Diagnosis[]> {
  const isEmbedded = settings.DATABASE_URL === undefined;
  if (isEmbedded && !existsSync(path.join(settings.DATA_DIR, "database"))) {
    return skipAll("the embedded database is made by the first start", "database");
  }
  const log = createLogger("silent");
  let database: Database;
  try {
    database = await openDatabase(databaseSettings(settings), log);
  } catch (error) {
    if (error instanceof DataDirLockedError) return askHolder(settings);
    return [fromError("database", error, settings), ...skipAll("see database")];
  }
  try {
    await database.check();
    return [
      passed("database", isEmbedded ? "the embedded database opens" : "answers"),
      await checkSchema(database, modules, settings),
      isEmbedded ? EMBEDDED : await checkDurability(database),
      ...(await checkFactories(modules, database, settings)),
    ];
  } catch (error) {
    return [fromError("database", error, settings), ...skipAll("see database")];
  } finally {
    await database.stop();
  }
}

const EMBEDDED = skipped(
  "durability",
  "the embedded database does not survive a power cut, and production refuses it",
);

/** @param more  checks beside those that need a database that answers */
function skipAll(why: string, ...more: readonly string[]): readonly Diagnosis[] {
  return [...more, "migrations", "durability", FACTORIES_CHECK].map((check) => skipped(check, why));
}

async function askHolder(settings: Settings): Promise<readonly Diagnosis[]> {
  try {
    const { schemas } = await runOperation(
      "migration-status",
      {},
      settings,
      createLogger("silent"),
    );
    const held = passed("database", "the embedded database, held by the server that runs");
    const started = passed(FACTORIES_CHECK, "the server that runs has started them");
    return [held, describePending(schemas), EMBEDDED, started];
  } catch (error) {
    return [fromError("database", error, settings), ...skipAll("see database")];
  }
}

async function checkSchema(
  database: Database,
  modules: readonly HandlerModule[],
  settings: Settings,
): Promise<Diagnosis> {
  try {
    await assertServerFits(database, SERVER_VERSION);
    return describePending(await readStatus(database, modules));
  } catch (error) {
    return fromError("migrations", error, settings);
  }
}

function describePending(schemas: readonly MigrationStatus[]): Diagnosis {
  const pending = schemas.flatMap(({ schema, pending: names }) =>
    names.map((name) => `${schema}/${name}`),
  );
  return pending.length === 0
    ? passed("migrations", "all applied")
    : failed("migrations", `pending: ${pending.join(", ")}`, "run: flowpoint migrate");
}

async function checkDurability(database: Database): Promise<Diagnosis> {
  const risks = await findDurabilityRisks(database.root);
  return risks.length === 0
    ? passed("durability", "what is committed is on disk")
    : warned(
        "durability",
        `${risks.join(", ")} off: a crash of the database loses what Meta was told is kept`,
        `set ${risks.map((name) => `${name} = on`).join(", ")} in postgresql.conf`,
      );
}

function fromError(check: string, error: unknown, settings: Settings): Diagnosis {
  const [message = ""] = explainError(error, () => settings);
  return failedWith(check, message, "see the database's log");
}
