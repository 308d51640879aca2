// Taking a place and giving it up. Every place is a row that the primary key allows once, so people who want the same
// one at the same moment are told apart by Postgres: the first to insert has it, and the others go on to the next desk.
//
// Nobody waits long, and never in a circle: an insert waits at most for another transaction to end, and what such a
// transaction has locked, its user's former hold, is only wanted by others once it has expired and been forgotten.

import { sql, type Transaction } from "kysely";
import type { FreeTime } from "./free-times.ts";
import type { Database, Tables } from "./tables.ts";

/** What a place is taken for: to hold it for somebody for a while, or for good. */
export type Claim =
  | { readonly holder: string; readonly held_until: Date }
  | {
      readonly booking_id: string;
      readonly booked_at: Date;
      readonly name: string;
      readonly email: string;
      readonly phone: string;
      readonly more_details: string;
    };

/**
 * Gives up what a holder holds. From here to the transaction's end, other requests of the same holder wait, so that
 * none of them sees the place as another's or takes a second one.
 */
export async function giveUpHold(trx: Transaction<Tables>, holder: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${holder}, 0))`.execute(trx);
  await trx.deleteFrom("appointments").where("holder", "=", holder).execute();
}

/** Takes a desk that was free when `time` was read. `false`: others were faster at all of them. */
export async function takePlace(
  trx: Transaction<Tables>,
  time: FreeTime,
  claim: Claim,
): Promise<boolean> {
  for (const desk_id of time.desks) {
    const taken = await trx
      .insertInto("appointments")
      .values({ desk_id, starts_at: time.startsAt, ends_at: time.endsAt, ...claim })
      .onConflict((conflict) => conflict.columns(["desk_id", "starts_at"]).doNothing())
      .returning("desk_id")
      .executeTakeFirst();
    if (taken !== undefined) return true;
  }
  return false;
}

/**
 * Deletes holds that have ended, so that their places can be taken. Run it before the transaction that takes one, not
 * inside: holds that another request is dealing with are passed over, and no lock is kept.
 */
export async function forgetExpiredHolds(db: Database, now: Date): Promise<void> {
  await db
    .deleteFrom("appointments")
    .where((eb) =>
      eb(
        eb.refTuple("desk_id", "starts_at"),
        "in",
        eb
          .selectFrom("appointments")
          .select(["desk_id", "starts_at"])
          .where("held_until", "<=", now)
          .forUpdate()
          .skipLocked()
          .$asTuple("desk_id", "starts_at"),
      ),
    )
    .execute();
}
