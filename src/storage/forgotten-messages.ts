// Messages whose completion was deleted while Meta may still send them again: for a repeat of one of them there must be
// no second completion. A message id has a phone number in it, so only its hash is kept.

import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { ServerTables } from "./schema.ts";

/** Meta repeats for 7 days what was not acknowledged; the rest is margin. */
export const FORGOTTEN_MESSAGE_DAYS = 30;

/** In the transaction that deletes their completions. */
export async function noteForgotten(
  server: Kysely<ServerTables>,
  account: string,
  messageIds: readonly string[],
): Promise<void> {
  if (messageIds.length === 0) return;
  const rows = messageIds.map((messageId) => ({
    account,
    message_key: createHash("sha256").update(messageId).digest("hex"),
  }));
  await server
    .insertInto("forgotten_messages")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Takes out again what was just inserted for a message that is forgotten. It is looked for after the insert and not
 * before: an insert that had to wait for the deletion sees here what the deletion noted.
 *
 * @returns ids of the completions that are gone
 */
export async function dropForgotten(
  server: Kysely<ServerTables>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const dropped = await server
    .deleteFrom("completions")
    .using("forgotten_messages")
    .whereRef("forgotten_messages.account", "=", "completions.account")
    .where(
      sql<boolean>`message_key = encode(sha256(convert_to(completions.message_id, 'UTF8')), 'hex')`,
    )
    .where(sql<boolean>`completions.id = any(${ids}::uuid[])`)
    .returning("completions.id")
    .execute();
  return new Set(dropped.map(({ id }) => id));
}
