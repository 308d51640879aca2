// Taking places and giving them up. A place is a row that the table's constraints allow once, so people who want the
// same one at the same moment are told apart by Postgres: the first to insert has it, the others go on to the next desk.
//
// An insert waits for whoever is inserting or deleting the same place just then, up to Postgres' lock timeout. No row is
// locked while one waits, so nobody ever waits in a circle.

import type { Transaction } from "kysely";
import type { FreeTime } from "./free-times.ts";
import type { Database, Tables } from "./tables.ts";

/** A place is taken for somebody for a while, or for good. */
type Claim = HoldClaim | BookingClaim;

type HoldClaim = { readonly holder: string; readonly held_until: Date };

type BookingClaim = {
  readonly booking_id: string;
  readonly booked_at: Date;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly more_details: string;
};

/** Holds a place at a time that was free when it was read. `false`: others were faster at all of its desks. */
export async function holdPlace(db: Database, time: FreeTime, hold: HoldClaim): Promise<boolean> {
  try {
    // A second time, because another request of the same user may come between the steps of the first.
    return (await exchangeHold(db, time, hold)) || (await exchangeHold(db, time, hold));
  } catch (error) {
    // Somebody is still taking it, and slow about it.
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

/** Books the place that the holder holds, or one that was free when `time` was read. `false`: there is none left. */
export async function bookPlace(
  trx: Transaction<Tables>,
  time: FreeTime,
  holder: string | null,
  booking: BookingClaim,
): Promise<boolean> {
  if (holder === null) return takeFreePlace(trx, time, booking);
  const isBooked =
    (await takeHeldPlace(trx, time, holder, booking)) || (await takeFreePlace(trx, time, booking));
  // Last, so that its row is not locked while the booking waits.
  if (isBooked) await giveUpOtherPlace(trx, time, holder);
  return isBooked;
}

async function exchangeHold(db: Database, time: FreeTime, hold: HoldClaim): Promise<boolean> {
  if (await takeHeldPlace(db, time, hold.holder, hold)) return true;
  await giveUpOtherPlace(db, time, hold.holder);
  return takeFreePlace(db, time, hold);
}

async function takeHeldPlace(
  db: Database,
  time: FreeTime,
  holder: string,
  claim: Claim,
): Promise<boolean> {
  const taken = await db
    .updateTable("appointments")
    .set({ holder: null, held_until: null, ...claim })
    .where("holder", "=", holder)
    .where("starts_at", "=", time.startsAt)
    .where("desk_id", "in", time.desks)
    .returning("desk_id")
    .executeTakeFirst();
  return taken !== undefined;
}

async function takeFreePlace(db: Database, time: FreeTime, claim: Claim): Promise<boolean> {
  for (const desk_id of time.desks) {
    const taken = await db
      .insertInto("appointments")
      .values({ desk_id, starts_at: time.startsAt, ends_at: time.endsAt, ...claim })
      .onConflict((conflict) => conflict.doNothing())
      .returning("desk_id")
      .executeTakeFirst();
    if (taken !== undefined) return true;
  }
  return false;
}

async function giveUpOtherPlace(db: Database, time: FreeTime, holder: string): Promise<void> {
  await db
    .deleteFrom("appointments")
    .where("holder", "=", holder)
    .where((eb) => eb.not(eb("starts_at", "=", time.startsAt).and("desk_id", "in", time.desks)))
    .execute();
}

/** Deletes holds that have ended, so that their places can be taken; all but those that are being dealt with. */
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

/** Postgres' `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "55P03";
}
