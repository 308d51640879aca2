// Counters for the tests: each call makes a branch of its own, so that no test meets another's bookings.

import type { Database } from "./tables.ts";

export type CounterFixture = {
  readonly timeZone?: string;
  /** ISO: Monday is 1. */
  readonly weekdays?: readonly number[];
  /** Opening and closing, in order. */
  readonly hours?: readonly (readonly [opens: string, closes: string])[];
  readonly closedOn?: readonly string[];
  readonly slotMinutes?: number;
  readonly desks?: number;
};

/** @returns the counter's id, and its department's */
export async function addCounter(
  db: Database,
  {
    timeZone = "Europe/Berlin",
    weekdays = [1, 2, 3, 4, 5, 6, 7],
    hours = [["09:00", "17:00"]],
    closedOn = [],
    slotMinutes = 60,
    desks = 1,
  }: CounterFixture = {},
): Promise<{ readonly counter: string; readonly department: string }> {
  const id = crypto.randomUUID();
  const counter = `counter-${id}`;
  const department = `department-${id}`;
  const branch = `branch-${id}`;
  await db.insertInto("departments").values({ id: department, title: "Home loans" }).execute();
  await db
    .insertInto("branches")
    .values({ id: branch, title: "Main branch", address: "Main Street 1", time_zone: timeZone })
    .execute();
  await db
    .insertInto("opening_hours")
    .values(
      weekdays.flatMap((weekday) =>
        hours.map(([opens, closes]) => ({ branch_id: branch, weekday, opens, closes })),
      ),
    )
    .execute();
  for (const day of closedOn) {
    await db.insertInto("closed_days").values({ branch_id: branch, day }).execute();
  }
  await db
    .insertInto("counters")
    .values({
      id: counter,
      department_id: department,
      branch_id: branch,
      slot_minutes: slotMinutes,
    })
    .execute();
  await db
    .insertInto("desks")
    .values(Array.from({ length: desks }, () => ({ counter_id: counter })))
    .execute();
  return { counter, department };
}
