// What things cost, in whole cents. Nothing here knows what anybody was shown: a price is made of the catalogue and the
// quantities, every time anew.

import { type Delivery, VAT_PERCENT } from "./business.ts";

export type Product = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly minQuantity: number;
  readonly maxQuantity: number;
  /** From the smallest quantity up; the first is from no more than `minQuantity`. */
  readonly prices: readonly Price[];
  readonly extras: readonly Extra[];
};

/** Of one piece, where it is this many or more. */
export type Price = { readonly fromQuantity: number; readonly unitCents: number };

export type Extra = {
  readonly id: string;
  readonly title: string;
  /** For each piece. */
  readonly unitCents: number;
  /** Once for each line. */
  readonly setupCents: number;
};

/** A product, some of its own extras, and a quantity within its limits. */
export type Line = {
  readonly product: Product;
  readonly extras: readonly Extra[];
  readonly quantity: number;
};

export type LinePrice = {
  /** Of one piece with its extras. */
  readonly unitCents: number;
  readonly setupCents: number;
  readonly cents: number;
};

export type Totals = {
  readonly goodsCents: number;
  readonly deliveryCents: number;
  readonly vatCents: number;
  readonly totalCents: number;
};

export function isWithinLimits(product: Product, quantity: number): boolean {
  const { minQuantity, maxQuantity } = product;
  return Number.isInteger(quantity) && quantity >= minQuantity && quantity <= maxQuantity;
}

export function priceLine({ product, extras, quantity }: Line): LinePrice {
  const price = product.prices.findLast(({ fromQuantity }) => fromQuantity <= quantity);
  if (price === undefined) {
    throw new Error(`${product.id} has no price for its smallest quantity; add one`);
  }
  const unitCents = sum([price.unitCents, ...extras.map((extra) => extra.unitCents)]);
  const setupCents = sum(extras.map((extra) => extra.setupCents));
  return { unitCents, setupCents, cents: quantity * unitCents + setupCents };
}

export function priceQuote(lines: readonly Line[], delivery: Delivery): Totals {
  const goodsCents = sum(lines.map((line) => priceLine(line).cents));
  const deliveryCents = goodsCents >= delivery.freeFromCents ? 0 : delivery.cents;
  const netCents = goodsCents + deliveryCents;
  const vatCents = percentOf(netCents, VAT_PERCENT);
  return { goodsCents, deliveryCents, vatCents, totalCents: netCents + vatCents };
}

/** Rounded to the cent, half a cent up; whole numbers all the way. */
export function percentOf(cents: number, percent: number): number {
  return Math.floor((cents * percent + 50) / 100);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
