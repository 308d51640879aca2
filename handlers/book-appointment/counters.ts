// A counter is a department at a branch: what a user picks by choosing a department and then a location. A location's
// id is its counter's, so it says the department too; choosing another department leaves no location chosen, because
// WhatsApp keeps a selection only as long as its id is among the options.

import type { Database } from "./tables.ts";

export type Counter = {
  readonly id: string;
  readonly department: { readonly id: string; readonly title: string };
  readonly branch: {
    readonly title: string;
    readonly address: string;
    /** IANA name. */
    readonly timeZone: string;
  };
};

/** Every counter, by department and then branch. */
export async function listCounters(db: Database): Promise<readonly Counter[]> {
  const rows = await db
    .selectFrom("counters")
    .innerJoin("departments", "departments.id", "counters.department_id")
    .innerJoin("branches", "branches.id", "counters.branch_id")
    .select([
      "counters.id",
      "counters.department_id",
      "departments.title as department",
      "branches.title as branch",
      "branches.address",
      "branches.time_zone",
    ])
    .orderBy("departments.title")
    .orderBy("branches.title")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    department: { id: row.department_id, title: row.department },
    branch: { title: row.branch, address: row.address, timeZone: row.time_zone },
  }));
}
