// Which flow a token came to, for tokens that do not say so themselves: a completion bears the token and no flow. Best
// effort by design: written in batches beside the exchanges, and given up when the database is away.

import { hash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import type { SeenTokens } from "../endpoint/ports.ts";
import type { Log } from "../flows/services.ts";
import type { ServerTables } from "./schema.ts";

export interface StoredSeenTokens extends SeenTokens {
  /** Writes what is left. */
  stop(): Promise<void>;
}

/** A completion comes after its last exchange, through Meta: its token is written by then. */
const WRITE_AFTER_MS = 500;

/** Tokens waiting to be written; more are not taken. */
const MAX_WAITING = 10_000;
const ROWS_PER_INSERT = 1_000;

export function createSeenTokens(
  db: Kysely<ServerTables>,
  account: string,
  log: Log,
): StoredSeenTokens {
  let waiting = new Map<string, string>();
  let writing: Promise<void> | null = null;
  let isAway = false;
  const stopped = new AbortController();

  const writeWaiting = async (): Promise<void> => {
    while (waiting.size > 0) {
      // Rejects when it is told to stop, which ends the wait and nothing else.
      await setTimeout(WRITE_AFTER_MS, null, { signal: stopped.signal }).catch(() => {});
      const batch = [...waiting];
      waiting = new Map();
      try {
        await write(db, account, batch);
        isAway = false;
      } catch (err) {
        if (!isAway) log.warn({ err }, "seen flow tokens are not recorded; see the database");
        isAway = true;
      }
    }
    writing = null;
  };

  return {
    saw(flowToken, flow) {
      const tokenKey = seenTokenKeyOf(flowToken);
      if (waiting.size >= MAX_WAITING && !waiting.has(tokenKey)) return;
      waiting.set(tokenKey, flow);
      writing ??= writeWaiting();
    },
    async stop() {
      stopped.abort();
      await writing;
    },
  };
}

/** The flow that a token came to last, or `null`. */
export async function findSeenToken(
  db: Kysely<ServerTables>,
  account: string,
  flowToken: string,
): Promise<string | null> {
  const row = await db
    .selectFrom("seen_tokens")
    .select("flow")
    .where("account", "=", account)
    .where("token_key", "=", seenTokenKeyOf(flowToken))
    .executeTakeFirst();
  return row?.flow ?? null;
}

/** A token that came to several flows is taken for the last one's. */
async function write(
  db: Kysely<ServerTables>,
  account: string,
  batch: readonly (readonly [tokenKey: string, flow: string])[],
): Promise<void> {
  // In one order, since two instances that lock the same rows in two orders would deadlock.
  const rows = batch
    .map(([token_key, flow]) => ({ account, token_key, flow }))
    .toSorted((one, other) => (one.token_key < other.token_key ? -1 : 1));
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    await db
      .insertInto("seen_tokens")
      .values(rows.slice(at, at + ROWS_PER_INSERT))
      .onConflict((conflict) =>
        conflict
          .columns(["account", "token_key"])
          .doUpdateSet({ flow: sql`excluded.flow`, seen_at: sql`now()` })
          // A session has several exchanges; one of them is worth a new row version.
          .where(
            sql<boolean>`seen_tokens.flow <> excluded.flow or seen_tokens.seen_at < now() - interval '1 hour'`,
          ),
      )
      .execute();
  }
}

/** Stands for a token in the database, which holds none. */
export function seenTokenKeyOf(flowToken: string): string {
  return hash("sha256", flowToken, "base64url");
}
