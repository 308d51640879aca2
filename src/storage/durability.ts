// Whether a Postgres keeps what it has committed when it, or its machine, crashes. Everything acknowledged to Meta rests
// on that, and each of these settings gives it up for speed.

import { type Kysely, sql } from "kysely";

const NEEDED = ["fsync", "full_page_writes", "synchronous_commit"] as const;

/** @returns names of the settings that are off, for this connection's role and database */
export async function findDurabilityRisks(root: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from pg_settings where name in (${sql.join(NEEDED)}) and setting = 'off' order by name
  `.execute(root);
  return rows.map(({ name }) => name);
}
