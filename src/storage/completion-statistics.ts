// How many completions there are in each state, and how far processing is behind: cheap enough to be asked every few
// seconds, whatever has piled up.

import { type Kysely, sql } from "kysely";
import { COMPLETION_STATES, type CompletionState } from "../completions/ports.ts";
import type { ServerTables } from "./schema.ts";

export type CompletionStatistics = {
  /** All that are not done, and those done of the last 24 hours. */
  readonly counts: Readonly<Record<CompletionState, number>>;
  /** Age of the oldest that no attempt was made at yet; 0 where there is none. */
  readonly lagSeconds: number;
};

export async function readCompletionStatistics(
  server: Kysely<ServerTables>,
  account: string,
): Promise<CompletionStatistics> {
  const open = await server
    .selectFrom("completions")
    .select([
      "state",
      sql<number>`count(*)::int`.as("count"),
      sql<number>`extract(epoch from now() - min(received_at))::float8`.as("age_seconds"),
    ])
    .where("account", "=", account)
    .where("state", "<>", "done")
    .groupBy("state")
    .execute();
  // Counting all that were ever done would read them all.
  const { done } = await server
    .selectFrom("completions")
    .select(sql<number>`count(*)::int`.as("done"))
    .where("account", "=", account)
    .where("state", "=", "done")
    .where("received_at", ">", sql<Date>`now() - interval '24 hours'`)
    .executeTakeFirstOrThrow();
  const byState = new Map(open.map((row) => [row.state, row]));
  const counts = COMPLETION_STATES.map(
    (state) => [state, state === "done" ? done : (byState.get(state)?.count ?? 0)] as const,
  );
  return {
    // The states are all there.
    counts: Object.fromEntries(counts) as Record<CompletionState, number>,
    lagSeconds: Math.max(0, byState.get("received")?.age_seconds ?? 0),
  };
}
