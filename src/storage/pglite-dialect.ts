// The embedded Postgres: no server to install, for development and tests. It runs with `fsync` off, so it survives a
// killed process but not a power cut; production demands a real one. Tests of handlers keep it in memory.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { type Dialect, PGliteDialect } from "kysely";
import { pgliteParsers, pgliteSerializers } from "./column-types.ts";
import { lockDataDir } from "./data-dir-lock.ts";

/**
 * Opens the database below `dataDir`, which is locked until `release` is called.
 *
 * @throws DataDirLockedError when another process has it open
 */
export async function openPgliteDialect(dataDir: string): Promise<{
  readonly pglite: PGlite;
  readonly dialect: Dialect;
  readonly release: () => Promise<void>;
}> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockDataDir(dataDir);
  try {
    const pglite = await PGlite.create({
      dataDir: path.join(dataDir, "database"),
      parsers: pgliteParsers,
      serializers: pgliteSerializers,
    });
    return { pglite, dialect: new PGliteDialect({ pglite }), release: () => lock.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Opens a database of its own in this process's memory, gone when it is closed. */
export async function openPgliteInMemory(): Promise<{
  readonly pglite: PGlite;
  readonly dialect: Dialect;
}> {
  const pglite = await (freshCluster === undefined ? createFirst() : createFrom(freshCluster));
  return { pglite, dialect: new PGliteDialect({ pglite }) };
}

/** A cluster that nothing was done to. Loading it takes a quarter of the time that making one does. */
let freshCluster: Promise<File | Blob> | undefined;

async function createFirst(): Promise<PGlite> {
  const created = PGlite.create({ parsers: pgliteParsers, serializers: pgliteSerializers });
  freshCluster = created.then((pglite) => pglite.dumpDataDir("none"));
  await freshCluster;
  return created;
}

async function createFrom(cluster: Promise<File | Blob>): Promise<PGlite> {
  return PGlite.create({
    loadDataDir: await cluster,
    parsers: pgliteParsers,
    serializers: pgliteSerializers,
  });
}
