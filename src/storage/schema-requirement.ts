// Which servers can work with the schema that is there. Migrations only ever add, so an older server can stay beside a
// newer schema until a migration says otherwise: it names the oldest server it leaves working.

import { sql } from "kysely";
import type { Database } from "./database.ts";
import { SERVER_SCHEMA } from "./schema.ts";

/** The schema was made for newer servers. The message says which. */
export class ServerTooOldError extends Error {
  override readonly name = "ServerTooOldError";
}

/** @throws ServerTooOldError when an applied migration demands a newer server than `version` */
export async function assertServerFits(database: Database, version: string): Promise<void> {
  const { rows: found } = await sql<{ ledger: string | null }>`
    select to_regclass(format('%I.%I', ${SERVER_SCHEMA}::text, 'migration_requirements')) as ledger
  `.execute(database.root);
  if (found[0]?.ledger === null || found[0] === undefined) return;
  const rows = await database.server.selectFrom("migration_requirements").selectAll().execute();
  const demanding = rows.find((row) => compareVersions(row.oldest_server, version) > 0);
  if (demanding !== undefined) {
    throw new ServerTooOldError(
      `migration ${demanding.migration} needs server ${demanding.oldest_server} or later, this is ${version}; deploy the newer server`,
    );
  }
}

/** Compares `major.minor.patch` numerically; negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
