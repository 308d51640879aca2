// What is sold and for how much, and the quotes that were given. A quote keeps its own titles and amounts, so that it
// stays as it was given when the catalogue changes. Amounts are whole cents; the constraints hold them together.

import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("products")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("position", "int4", (column) => column.notNull())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("min_quantity", "int4", (column) => column.notNull().check(sql`min_quantity > 0`))
    // Six digits are what the form takes.
    .addColumn("max_quantity", "int4", (column) =>
      column.notNull().check(sql`max_quantity <= 999999`),
    )
    .addCheckConstraint("products_limits", sql`min_quantity <= max_quantity`)
    .execute();

  // Of one piece, by how many there are. The first is from one piece, so that every quantity has a price.
  await db.schema
    .createTable("prices")
    .addColumn("product_id", "text", (column) => column.notNull().references("products.id"))
    .addColumn("from_quantity", "int4", (column) => column.notNull().check(sql`from_quantity > 0`))
    .addColumn("unit_cents", "int4", (column) => column.notNull().check(sql`unit_cents >= 0`))
    .addPrimaryKeyConstraint("prices_pkey", ["product_id", "from_quantity"])
    .execute();

  await db.schema
    .createTable("extras")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("product_id", "text", (column) => column.notNull().references("products.id"))
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("unit_cents", "int4", (column) => column.notNull().check(sql`unit_cents >= 0`))
    .addColumn("setup_cents", "int4", (column) => column.notNull().check(sql`setup_cents >= 0`))
    .execute();
  await db.schema.createIndex("extras_product_id_idx").on("extras").column("product_id").execute();

  await db.schema
    .createTable("quotes")
    .addColumn("number", "text", (column) => column.primaryKey())
    .addColumn("company", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("delivery", "text", (column) => column.notNull())
    .addColumn("goods_cents", "int8", (column) => column.notNull())
    .addColumn("delivery_cents", "int8", (column) => column.notNull())
    .addColumn("vat_cents", "int8", (column) => column.notNull())
    .addColumn("total_cents", "int8", (column) => column.notNull())
    .addColumn("made_at", "timestamptz", (column) => column.notNull())
    // The last day, at the business.
    .addColumn("valid_until", "date", (column) => column.notNull())
    // A fingerprint of the flow token: whose completion may belong to it.
    .addColumn("holder", "text")
    // Known once the completion has come.
    .addColumn("user_id", "text")
    .addCheckConstraint(
      "quotes_total",
      sql`total_cents = goods_cents + delivery_cents + vat_cents and total_cents >= 0`,
    )
    .execute();
  // Those are what a user is found by, to be erased.
  await db.schema.createIndex("quotes_user_id_idx").on("quotes").column("user_id").execute();
  await db.schema
    .createIndex("quotes_email_idx")
    .on("quotes")
    .column(sql`lower(email)`)
    .execute();

  await db.schema
    .createTable("quote_lines")
    .addColumn("quote_number", "text", (column) =>
      column.notNull().references("quotes.number").onDelete("cascade"),
    )
    .addColumn("position", "int4", (column) => column.notNull())
    .addColumn("product_id", "text", (column) => column.notNull())
    .addColumn("title", "text", (column) => column.notNull())
    .addColumn("extras", sql`text[]`, (column) => column.notNull())
    .addColumn("quantity", "int4", (column) => column.notNull())
    // Of one piece with its extras.
    .addColumn("unit_cents", "int8", (column) => column.notNull())
    .addColumn("setup_cents", "int8", (column) => column.notNull())
    .addColumn("line_cents", "int8", (column) => column.notNull())
    .addPrimaryKeyConstraint("quote_lines_pkey", ["quote_number", "position"])
    .addCheckConstraint("quote_lines_price", sql`line_cents = quantity * unit_cents + setup_cents`)
    .execute();
}
