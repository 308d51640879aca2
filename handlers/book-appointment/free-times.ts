// When a counter can be visited: opening hours cut into slots, less what is past and what is taken.
//
// Days and hours are the branch's own, so Postgres does the arithmetic. Opening hours become instants first and are cut
// then: on the day the clocks change, an hour that is left out is never offered and one that comes twice is offered
// twice, whatever time zone the server is in. (Where opening time itself comes twice, Postgres means the second.)

import { sql } from "kysely";
import { type Database, table } from "./tables.ts";

export type FreeTime = {
  /** `YYYY-MM-DD` at the branch. */
  readonly day: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Desks that are free then; never empty. */
  readonly desks: readonly number[];
};

/** Days that can be booked, today included. */
const DAYS_AHEAD = 14;

/**
 * The free times of a counter, earliest first, in one query.
 *
 * @param holder  whose hold counts as free, since only they can use it; `null` for nobody
 */
export async function listFreeTimes(
  db: Database,
  counterId: string,
  holder: string | null,
  now: Date,
): Promise<readonly FreeTime[]> {
  const { rows } = await sql<FreeTime>`
    with counter as (
      select branch_id, time_zone,
        make_interval(mins => slot_minutes) as slot,
        (${now}::timestamptz at time zone time_zone)::date as today
      from ${table("counters")} as counters
      join ${table("branches")} as branches on branches.id = branch_id
      where counters.id = ${counterId}
    ),
    days as (
      select counter.*, today + ahead as day
      from counter, generate_series(0, ${DAYS_AHEAD}::int - 1) as ahead
    ),
    slots as (
      select days.day, starts_at, starts_at + slot as ends_at
      from days
      join ${table("opening_hours")} as hours
        on hours.branch_id = days.branch_id and weekday = extract(isodow from days.day)
      cross join generate_series(
        (days.day + opens) at time zone time_zone,
        (days.day + closes) at time zone time_zone - slot,
        slot
      ) as starts_at
      where starts_at > ${now}
        and not exists (
          select from ${table("closed_days")} as closed
          where closed.branch_id = days.branch_id and closed.day = days.day
        )
    ),
    taken as materialized (
      select desk_id, starts_at, ends_at
      from ${table("appointments")} as appointments
      join ${table("desks")} as desks on desks.id = desk_id
      where counter_id = ${counterId}
        and ends_at > ${now}
        and (held_until is null or (held_until > ${now} and holder is distinct from ${holder}))
    )
    select slots.day, slots.starts_at as "startsAt", slots.ends_at as "endsAt",
      array_agg(distinct desks.id) as desks
    from slots
    join ${table("desks")} as desks on desks.counter_id = ${counterId}
    where not exists (
      select from taken
      where taken.desk_id = desks.id
        and taken.starts_at < slots.ends_at
        and taken.ends_at > slots.starts_at
    )
    group by slots.day, slots.starts_at, slots.ends_at
    order by slots.starts_at
  `.execute(db);
  return rows;
}
