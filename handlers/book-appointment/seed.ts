// Demonstration data: a bank with three branches. Berlin and New York change their clocks, Singapore never does.
// What is there already is left alone.

import type { Clock } from "flowpoint";
import type { Transaction } from "kysely";
import type { Tables } from "./tables.ts";

const DEPARTMENTS = [
  { id: "personal-banking", title: "Personal banking" },
  { id: "business-banking", title: "Business banking" },
  { id: "home-loans", title: "Home loans" },
];

const BRANCHES = [
  {
    id: "berlin",
    title: "Berlin Mitte",
    address: "Friedrichstrasse 68, 10117 Berlin",
    time_zone: "Europe/Berlin",
  },
  {
    id: "new-york",
    title: "New York Midtown",
    address: "120 West 45th Street, New York, NY 10036",
    time_zone: "America/New_York",
  },
  {
    id: "singapore",
    title: "Singapore Raffles Place",
    address: "6 Battery Road, Singapore 049909",
    time_zone: "Asia/Singapore",
  },
];

/** Weekdays count from Monday, 1. */
const HOURS = [
  { branch_id: "berlin", weekdays: [1, 2, 3, 4, 5], opens: "09:00", closes: "12:30" },
  { branch_id: "berlin", weekdays: [1, 2, 3, 4, 5], opens: "13:30", closes: "17:00" },
  { branch_id: "new-york", weekdays: [1, 2, 3, 4, 5], opens: "09:00", closes: "18:00" },
  { branch_id: "new-york", weekdays: [6], opens: "10:00", closes: "14:00" },
  { branch_id: "singapore", weekdays: [1, 2, 3, 4, 5], opens: "10:00", closes: "16:00" },
];

const COUNTERS = [
  { department_id: "personal-banking", branch_id: "berlin", slot_minutes: 30, desks: 3 },
  { department_id: "personal-banking", branch_id: "new-york", slot_minutes: 30, desks: 4 },
  { department_id: "personal-banking", branch_id: "singapore", slot_minutes: 30, desks: 2 },
  { department_id: "business-banking", branch_id: "berlin", slot_minutes: 60, desks: 1 },
  { department_id: "business-banking", branch_id: "new-york", slot_minutes: 60, desks: 2 },
  { department_id: "home-loans", branch_id: "berlin", slot_minutes: 60, desks: 1 },
  { department_id: "home-loans", branch_id: "singapore", slot_minutes: 60, desks: 1 },
];

export default async function seed(trx: Transaction<Tables>, clock: Clock): Promise<void> {
  await trx
    .insertInto("departments")
    .values(DEPARTMENTS)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx
    .insertInto("branches")
    .values(BRANCHES)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx
    .insertInto("opening_hours")
    .values(
      HOURS.flatMap(({ weekdays, ...hours }) => weekdays.map((weekday) => ({ ...hours, weekday }))),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const newYear = `${clock.now().getUTCFullYear() + 1}-01-01`;
  await trx
    .insertInto("closed_days")
    .values(BRANCHES.map(({ id }) => ({ branch_id: id, day: newYear })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  for (const counter of COUNTERS) await addCounter(trx, counter);
}

/** Desks come with their counter only, so that a second run adds none. */
async function addCounter(
  trx: Transaction<Tables>,
  { desks, ...counter }: (typeof COUNTERS)[number],
): Promise<void> {
  const id = `${counter.branch_id}-${counter.department_id}`;
  const added = await trx
    .insertInto("counters")
    .values({ id, ...counter })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (added === undefined) return;
  await trx
    .insertInto("desks")
    .values(Array.from({ length: desks }, () => ({ counter_id: id })))
    .execute();
}
