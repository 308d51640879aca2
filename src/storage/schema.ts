// The server's own tables as kysely sees them. They live in a schema whose name no flow can have (flow names hold no
// underscore), beside one schema per flow. Columns are described where they are made, in `migrations/`.

import type { Generated } from "kysely";

export const SERVER_SCHEMA = "flowpoint_server";

export type ServerTables = {
  once_results: OnceResultsTable;
  migration_requirements: MigrationRequirementsTable;
};

export type OnceResultsTable = {
  account: string;
  flow: string;
  scope_key: string;
  name: string;
  /** JSON as text: `jsonb` refuses `\u0000` and lone surrogates. */
  result: string;
  created_at: Generated<Date>;
  keep_until: Date;
};

export type MigrationRequirementsTable = {
  migration: string;
  oldest_server: string;
};
