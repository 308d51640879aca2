// Orders that customers may ask about, the tickets they open, and which pictures belong to a ticket.
//
// A picture itself is never here, only what tells it from others: the pictures come with the completion and lie in
// MEDIA_DIR, where they are deleted with it when its time is over or its user is erased.

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("orders")
    .addColumn("number", "text", (column) => column.primaryKey().check(sql`number ~ '^[0-9]{5}$'`))
    .execute();

  await db.schema
    .createTable("tickets")
    .addColumn("number", "text", (column) => column.primaryKey())
    .addColumn("category", "text", (column) => column.notNull())
    // Requests about something else have no order.
    .addColumn("order_number", "text", (column) => column.references("orders.number"))
    .addColumn("resolution", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("contact_by", "text", (column) => column.notNull())
    // Digits, with a "+" where the user typed one.
    .addColumn("phone", "text")
    .addColumn("email", "text")
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("opened_at", "timestamptz", (column) => column.notNull())
    // At the business.
    .addColumn("answer_by", "date", (column) => column.notNull())
    // A fingerprint of the flow token: whose completion may belong to it.
    .addColumn("holder", "text")
    // The completion that brought the pictures; its folder in MEDIA_DIR has the same name.
    .addColumn("completion_id", "text")
    // Known once the completion has come.
    .addColumn("user_id", "text")
    .addCheckConstraint(
      "tickets_contact",
      sql`case contact_by
        when 'whatsapp' then num_nonnulls(phone, email) = 0
        when 'phone' then phone is not null and email is null
        when 'email' then phone is null and email is not null
        else false
        end`,
    )
    .execute();
  // Those are what a user is found by, to be erased.
  await db.schema.createIndex("tickets_user_id_idx").on("tickets").column("user_id").execute();
  await db.schema.createIndex("tickets_phone_idx").on("tickets").column("phone").execute();
  await db.schema
    .createIndex("tickets_email_idx")
    .on("tickets")
    .column(sql`lower(email)`)
    .execute();

  await db.schema
    .createTable("pictures")
    .addColumn("ticket_number", "text", (column) =>
      column.notNull().references("tickets.number").onDelete("cascade"),
    )
    // Of the picture as the user chose it, hex; the completion names its files by the same.
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("bytes", "int4", (column) => column.notNull())
    .addPrimaryKeyConstraint("pictures_pkey", ["ticket_number", "sha256"])
    .execute();
}
