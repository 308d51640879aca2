// Quotes as they are written down, found again and forgotten.

import type { Transaction } from "kysely";
import type { Delivery } from "./business.ts";
import type { Customer } from "./customer.ts";
import { type Line, priceLine, priceQuote, type Totals } from "./pricing.ts";
import { createQuoteNumber } from "./quote-number.ts";
import type { Database, Tables } from "./tables.ts";
import { lastValidDay } from "./validity.ts";

export type Quote = {
  readonly number: string;
  readonly lines: readonly Line[];
  readonly delivery: Delivery;
  readonly totals: Totals;
  /** `YYYY-MM-DD` at the business. */
  readonly validUntil: string;
};

/**
 * @param lines   at least one
 * @param holder  see `holderOf`
 */
export async function makeQuote(
  trx: Transaction<Tables>,
  lines: readonly Line[],
  delivery: Delivery,
  customer: Customer,
  holder: string | null,
  now: Date,
): Promise<Quote> {
  const totals = priceQuote(lines, delivery);
  const quote = {
    number: createQuoteNumber(),
    lines,
    delivery,
    totals,
    validUntil: lastValidDay(now),
  };
  await trx
    .insertInto("quotes")
    .values({
      number: quote.number,
      ...customer,
      delivery: delivery.id,
      goods_cents: totals.goodsCents,
      delivery_cents: totals.deliveryCents,
      vat_cents: totals.vatCents,
      total_cents: totals.totalCents,
      made_at: now,
      valid_until: quote.validUntil,
      holder,
    })
    .execute();
  await trx
    .insertInto("quote_lines")
    .values(
      lines.map((line, index) => {
        const { unitCents, setupCents, cents } = priceLine(line);
        return {
          quote_number: quote.number,
          position: index + 1,
          product_id: line.product.id,
          title: line.product.title,
          extras: line.extras.map(({ title }) => title),
          quantity: line.quantity,
          unit_cents: unitCents,
          setup_cents: setupCents,
          line_cents: cents,
        };
      }),
    )
    .execute();
  return quote;
}

/** Notes whose a quote is. A completion may say anything, so the quote must be of the same flow token. */
export async function attachUser(
  db: Database,
  number: string,
  holder: string,
  user: string,
): Promise<void> {
  await db
    .updateTable("quotes")
    .set({ user_id: user })
    .where("number", "=", number)
    .where("holder", "=", holder)
    .execute();
}

/** @param user  as Meta names them, or an email address */
export async function eraseQuotes(trx: Transaction<Tables>, user: string): Promise<void> {
  await trx
    .deleteFrom("quotes")
    .where((eb) =>
      eb.or([
        eb("user_id", "=", user),
        eb(eb.fn<string>("lower", ["email"]), "=", user.toLowerCase()),
      ]),
    )
    .execute();
}
