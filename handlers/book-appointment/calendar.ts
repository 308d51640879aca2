// The calendar as one user sees it at one moment: what they can choose, holding a place while they type, booking it.
// A choice arrives as ids from a phone, so each is looked up among what is offered now; nothing else is believed.

import type { Transaction } from "kysely";
import { createBookingId } from "./booking-id.ts";
import { type Counter, listCounters } from "./counters.ts";
import type { Details } from "./details.ts";
import { type FreeTime, listFreeTimes } from "./free-times.ts";
import { bookPlace, forgetExpiredHolds, holdPlace } from "./places.ts";
import type { Database, Tables } from "./tables.ts";

/** Ids of the options chosen so far. */
export type Choice = {
  readonly department?: string | undefined;
  /** A counter's id. */
  readonly location?: string | undefined;
  /** `YYYY-MM-DD` at the branch. */
  readonly date?: string | undefined;
  /** A start, as `timeId` writes it. */
  readonly time?: string | undefined;
};

/** What can be chosen, given what is chosen already. */
export type Offer = {
  readonly counters: readonly Counter[];
  /** The one chosen, where it is among them. */
  readonly counter: Counter | null;
  /** When that one is free. */
  readonly times: readonly FreeTime[];
};

export type Place = { readonly counter: Counter; readonly time: FreeTime };

/** `until` is `null` where there is no flow token, so nobody to hold the place for. */
export type Hold = { readonly place: Place; readonly until: Date | null };

export type Booking = { readonly id: string; readonly place: Place };

export interface Calendar {
  offer(choice: Choice): Promise<Offer>;
  /**
   * Holds a free place for ten minutes, in exchange for what the user held before. `null`: the time is not offered, or
   * others have all its places.
   */
  hold(choice: Choice): Promise<Hold | null>;
  /** To be called before the transaction that books. */
  forgetExpiredHolds(): Promise<void>;
  /** Books the place that is held, or else any that is free at that time; `null` where there is none. */
  book(trx: Transaction<Tables>, choice: Choice, details: Details): Promise<Booking | null>;
}

const HOLD_MS = 10 * 60_000;

/** An instant, because a time of day can come twice in a night. */
export function timeId(time: FreeTime): string {
  return time.startsAt.toISOString();
}

/**
 * @param holder  stands for the user's flow token; `null` without one
 * @param now     the moment of the request
 */
export function openCalendar(db: Database, holder: string | null, now: Date): Calendar {
  return {
    offer: (choice) => readOffer(db, choice),

    async hold(choice) {
      await forgetExpiredHolds(db, now);
      const place = await findPlace(db, choice);
      if (place === null) return null;
      if (holder === null) return { place, until: null };
      const until = new Date(now.getTime() + HOLD_MS);
      const isHeld = await holdPlace(db, place.time, { holder, held_until: until });
      return isHeld ? { place, until } : null;
    },

    forgetExpiredHolds: () => forgetExpiredHolds(db, now),

    async book(trx, choice, details) {
      const place = await findPlace(trx, choice);
      if (place === null) return null;
      const id = createBookingId();
      const booking = { booking_id: id, booked_at: now, ...details };
      const isBooked = await bookPlace(trx, place.time, holder, booking);
      return isBooked ? { id, place } : null;
    },
  };

  async function findPlace(on: Database, choice: Choice): Promise<Place | null> {
    const { counter, times } = await readOffer(on, choice);
    const time = times.find((each) => each.day === choice.date && timeId(each) === choice.time);
    return counter === null || time === undefined ? null : { counter, time };
  }

  async function readOffer(on: Database, choice: Choice): Promise<Offer> {
    const counters = await listCounters(on);
    const counter = counters.find(
      ({ id, department }) => id === choice.location && department.id === choice.department,
    );
    if (counter === undefined) return { counters, counter: null, times: [] };
    return { counters, counter, times: await listFreeTimes(on, counter.id, holder, now) };
  }
}
