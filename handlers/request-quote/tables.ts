// The tables as kysely sees them; migrations/ says what they are for.

import type { ColumnType, Generated, Kysely } from "kysely";

export type Tables = {
  readonly products: {
    readonly id: string;
    /** Among the others, from 1. */
    readonly position: number;
    readonly title: string;
    readonly description: string;
    readonly min_quantity: number;
    readonly max_quantity: number;
  };
  readonly prices: {
    readonly product_id: string;
    readonly from_quantity: number;
    readonly unit_cents: number;
  };
  readonly extras: {
    readonly id: string;
    readonly product_id: string;
    readonly title: string;
    readonly unit_cents: number;
    readonly setup_cents: number;
  };
  readonly quotes: QuoteRow;
  readonly quote_lines: QuoteLineRow;
};

/** Whole cents in an `int8`, which is read as text. */
type Cents = ColumnType<string, number, number>;

type QuoteRow = {
  readonly number: string;
  readonly company: string;
  readonly email: string;
  readonly delivery: string;
  readonly goods_cents: Cents;
  readonly delivery_cents: Cents;
  readonly vat_cents: Cents;
  readonly total_cents: Cents;
  readonly made_at: Date;
  readonly valid_until: string;
  readonly holder: string | null;
  readonly user_id: Generated<string | null>;
};

type QuoteLineRow = {
  readonly quote_number: string;
  readonly position: number;
  readonly product_id: string;
  readonly title: string;
  readonly extras: readonly string[];
  readonly quantity: number;
  readonly unit_cents: Cents;
  readonly setup_cents: Cents;
  readonly line_cents: Cents;
};

export type Database = Kysely<Tables>;
