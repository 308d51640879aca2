// The embedded Postgres: no server to install, for development and tests. It runs with `fsync` off, so it survives a
// killed process but not a power cut; production demands a real one.

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
