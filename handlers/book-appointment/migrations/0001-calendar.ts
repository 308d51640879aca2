// Who can be visited, where and when, and what is taken. A row of `appointments` is one desk's time, held or booked; its
// constraints are the promise that no place is sold twice, whatever the code above does and however hours change.

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("departments")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("title", "text", (column) => column.notNull())
    .execute();

  await db.schema
    .createTable("branches")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("address", "text", (column) => column.notNull())
    // An IANA name. One that Postgres does not know raises an error in the check.
    .addColumn("time_zone", "text", (column) =>
      column.notNull().check(sql`(timestamptz 'epoch' at time zone time_zone) is not null`),
    )
    .execute();

  // In the branch's own time. Several rows for a day leave a break between them; `24:00` is midnight.
  await db.schema
    .createTable("opening_hours")
    .addColumn("branch_id", "text", (column) => column.notNull().references("branches.id"))
    // ISO: Monday is 1, Sunday is 7.
    .addColumn("weekday", "int2", (column) => column.notNull().check(sql`weekday between 1 and 7`))
    .addColumn("opens", "time", (column) => column.notNull())
    .addColumn("closes", "time", (column) => column.notNull())
    .addPrimaryKeyConstraint("opening_hours_pkey", ["branch_id", "weekday", "opens"])
    .addCheckConstraint("opening_hours_order", sql`opens < closes`)
    .execute();

  await db.schema
    .createTable("closed_days")
    .addColumn("branch_id", "text", (column) => column.notNull().references("branches.id"))
    .addColumn("day", "date", (column) => column.notNull())
    .addPrimaryKeyConstraint("closed_days_pkey", ["branch_id", "day"])
    .execute();

  // A department at a branch.
  await db.schema
    .createTable("counters")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("department_id", "text", (column) => column.notNull().references("departments.id"))
    .addColumn("branch_id", "text", (column) => column.notNull().references("branches.id"))
    // At least ten minutes, so that a day's times fit the 200 options of a Dropdown.
    .addColumn("slot_minutes", "int4", (column) =>
      column.notNull().check(sql`slot_minutes between 10 and 480`),
    )
    .addUniqueConstraint("counters_once", ["department_id", "branch_id"])
    .execute();

  // A desk serves one person at a time: as many desks as a counter has, so many people can come at once.
  await db.schema
    .createTable("desks")
    .addColumn("id", "int4", (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn("counter_id", "text", (column) => column.notNull().references("counters.id"))
    .execute();
  await db.schema.createIndex("desks_counter_id_idx").on("desks").column("counter_id").execute();

  await db.schema
    .createTable("appointments")
    .addColumn("desk_id", "int4", (column) => column.notNull().references("desks.id"))
    .addColumn("starts_at", "timestamptz", (column) => column.notNull())
    .addColumn("ends_at", "timestamptz", (column) => column.notNull())
    // Only while it is held: for whom (at most one hold each), and until when.
    .addColumn("holder", "text", (column) => column.unique())
    .addColumn("held_until", "timestamptz")
    // Only once it is booked.
    .addColumn("booking_id", "text", (column) => column.unique())
    .addColumn("booked_at", "timestamptz")
    .addColumn("name", "text")
    .addColumn("email", "text")
    .addColumn("phone", "text")
    .addColumn("more_details", "text")
    .addPrimaryKeyConstraint("appointments_pkey", ["desk_id", "starts_at"])
    .addCheckConstraint("appointments_order", sql`starts_at < ends_at`)
    .addCheckConstraint(
      "appointments_held_or_booked",
      sql`case when booking_id is null
        then num_nulls(holder, held_until) = 0
          and num_nonnulls(booked_at, name, email, phone, more_details) = 0
        else num_nonnulls(holder, held_until) = 0
          and num_nulls(booked_at, name, email, phone, more_details) = 0
        end`,
    )
    .execute();
  // A desk's times never overlap. The desk stands as a range because a GiST index takes plain integers only with an
  // extension that not every Postgres has.
  await sql`
    alter table appointments add constraint appointments_one_at_a_time
    exclude using gist (
      int4range(desk_id, desk_id, '[]') with &&,
      tstzrange(starts_at, ends_at) with &&
    )
  `.execute(db);
  await db.schema
    .createIndex("appointments_ends_at_idx")
    .on("appointments")
    .columns(["desk_id", "ends_at"])
    .execute();
  await db.schema
    .createIndex("appointments_held_until_idx")
    .on("appointments")
    .column("held_until")
    .where(sql.ref("held_until"), "is not", null)
    .execute();
}
