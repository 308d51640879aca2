// The tables as kysely sees them; migrations/ says what they are for.

import { type Generated, type Kysely, sql } from "kysely";
import { flow } from "./contract.gen.ts";

export type Tables = {
  readonly departments: { readonly id: string; readonly title: string };
  readonly branches: {
    readonly id: string;
    readonly title: string;
    readonly address: string;
    readonly time_zone: string;
  };
  readonly opening_hours: {
    readonly branch_id: string;
    readonly weekday: number;
    readonly opens: string;
    readonly closes: string;
  };
  readonly closed_days: { readonly branch_id: string; readonly day: string };
  readonly counters: {
    readonly id: string;
    readonly department_id: string;
    readonly branch_id: string;
    readonly slot_minutes: number;
  };
  readonly desks: { readonly id: Generated<number>; readonly counter_id: string };
  readonly appointments: AppointmentRow;
};

type AppointmentRow = {
  readonly desk_id: number;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly holder: string | null;
  readonly held_until: Date | null;
  readonly booking_id: string | null;
  readonly booked_at: Date | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly more_details: string | null;
};

export type Database = Kysely<Tables>;

/** A table's name in raw SQL, where kysely adds no schema: the flow's is named after it. */
export function table(name: keyof Tables) {
  return sql.table(`${flow.name}.${name}`);
}
