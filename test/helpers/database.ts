// A Postgres database for one test file, on the server the run shares. Only for
// groups under `requirePart("postgres")`.

import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import type { SharedPostgresAnswer } from "../parts/shared-postgres.ts";
import { createDatabaseAt, runOn } from "./postgres.ts";

/**
 * Makes a database of the file's own and returns its URL.
 *
 * @param template name of a database to copy, from `createTemplate`
 */
export async function createDatabase(template?: string): Promise<string> {
  return await createDatabaseAt(await sharedServerUrl(), template);
}

/**
 * Prepares a database once per test run, for copying: the first file to ask runs
 * `prepare` (which must leave no connection open), the others wait for it.
 *
 * @param name unique among the templates of the run, `^[a-z_]+$`
 * @returns the template's name, for `createDatabase`
 */
export async function createTemplate(
  name: string,
  prepare: (url: string) => Promise<void>,
): Promise<string> {
  const serverUrl = await sharedServerUrl();
  const template = `template_${name}`;
  await runOn(serverUrl, async (client) => {
    await client.query("select pg_advisory_lock(hashtext($1))", [template]);
    const found = await client.query("select from pg_database where datname = $1", [template]);
    if (found.rowCount !== 0) return;
    // Under its final name only when it is whole, so a failed preparation is tried again.
    const url = await createDatabaseAt(serverUrl);
    await prepare(url);
    const unfinished = new URL(url).pathname.slice(1);
    await client.query(
      `alter database ${unfinished} rename to ${client.escapeIdentifier(template)}`,
    );
  });
  return template;
}

async function sharedServerUrl(): Promise<string> {
  const socket = createConnection(inject("sharedPostgresSocket"));
  // Our test process wrote it: shared-postgres.ts sends exactly this type.
  const answer = JSON.parse(await text(socket)) as SharedPostgresAnswer;
  if ("error" in answer) throw new Error(`no shared Postgres server: ${answer.error}`);
  return answer.url;
}
