// The screens as they look for what is chosen so far.

import type { ScreenData } from "flowpoint";
import { idsOf } from "./basket.ts";
import { DELIVERIES, type Delivery, VAT_PERCENT } from "./business.ts";
import type { flow } from "./contract.gen.ts";
import type { CustomerErrors } from "./customer.ts";
import { inEuros, inWhole } from "./money.ts";
import {
  type Extra,
  isWithinLimits,
  type Line,
  priceLine,
  priceQuote,
  type Product,
  type Totals,
} from "./pricing.ts";
import type { Quote } from "./quotes.ts";
import { describeValidity } from "./validity.ts";

/** What is being chosen on ITEM, as far as it is. */
export type ItemChoice = {
  readonly product: Product | null;
  readonly extras: readonly Extra[];
  /** As typed; `null` for nothing, or nothing that is a number. */
  readonly quantity: number | null;
};

export const NO_CHOICE: ItemChoice = { product: null, extras: [], quantity: null };

export type ItemErrors = { readonly product?: string; readonly quantity?: string };

export function itemScreen(
  products: readonly Product[],
  lines: readonly Line[],
  choice: ItemChoice,
  errors: ItemErrors = {},
): ScreenData<typeof flow, "ITEM"> {
  const { product } = choice;
  const extras = product?.extras ?? [];
  return {
    so_far: `In your quote: ${lines.map(nameLine).join(", ")}`,
    has_lines: lines.length > 0,
    products: products.map(({ id, title, description }) => ({ id, title, description })),
    extras: extras.length > 0 ? extras.map(describeExtra) : [NO_EXTRA],
    has_extras: extras.length > 0,
    quantity_hint: product === null ? "Choose a product first" : limitsOf(product),
    price: [...priceList(product), ...priceOf(choice)].join("\n"),
    // What the phone falls back to by itself when the last extra is taken off.
    price_list: priceList(product).join("\n"),
    lines: idsOf(lines),
    error_messages: errors,
  };
}

/** `20 to 5,000` */
export function limitsOf({ minQuantity, maxQuantity }: Product): string {
  return `${inWhole(minQuantity)} to ${inWhole(maxQuantity)}`;
}

export function reviewScreen(
  lines: readonly Line[],
  delivery: Delivery,
  errors: CustomerErrors = {},
): ScreenData<typeof flow, "REVIEW"> {
  const totals = priceQuote(lines, delivery);
  return {
    items: describeLines(lines),
    totals: describeTotals(totals),
    total_cents: totals.totalCents,
    deliveries: DELIVERIES.map(({ id, title, ...each }) => {
      const { deliveryCents } = priceQuote(lines, { id, title, ...each });
      return { id, title, description: deliveryCents === 0 ? "Free" : inEuros(deliveryCents) };
    }),
    lines: idsOf(lines),
    // So that what is marked is what the totals are made of, whichever way the user came here.
    init_values: { delivery: delivery.id },
    error_messages: errors,
  };
}

/** A quote as `once` remembers it. */
export type MadeQuote = {
  readonly number: string;
  readonly items: string;
  readonly totals: string;
  readonly validUntil: string;
};

export function toMadeQuote({ number, lines, totals, validUntil }: Quote): MadeQuote {
  return { number, items: describeLines(lines), totals: describeTotals(totals), validUntil };
}

/** QUOTE's data, and MADE's. */
export function quoteScreen(
  { number, items, totals, validUntil }: MadeQuote,
  now: Date,
): ScreenData<typeof flow, "QUOTE"> {
  return { quote_number: number, items, totals, validity: describeValidity(validUntil, now) };
}

/** A CheckboxGroup wants at least one option, even while it is hidden. This one is no id of anything. */
const NO_EXTRA = { id: "none", title: "None", description: "" };

function describeExtra({ id, title, unitCents, setupCents }: Extra) {
  return { id, title, description: `${inEuros(unitCents)} each, ${inEuros(setupCents)} once` };
}

function priceList(product: Product | null): readonly string[] {
  if (product === null) return ["Prices come with the product."];
  return product.prices.map(({ fromQuantity, unitCents }, index) => {
    const from = index === 0 ? product.minQuantity : fromQuantity;
    return `From ${inWhole(from)}: ${inEuros(unitCents)} each`;
  });
}

function priceOf({ product, extras, quantity }: ItemChoice): readonly string[] {
  if (product === null || quantity === null || !isWithinLimits(product, quantity)) return [];
  return [describePrice({ product, extras, quantity })];
}

function nameLine({ product, quantity }: Line): string {
  return `${inWhole(quantity)} × ${product.title}`;
}

function describeLines(lines: readonly Line[]): string {
  return lines
    .map((line) =>
      [nameLine(line), ...line.extras.map(({ title }) => `+ ${title}`), describePrice(line)].join(
        "\n",
      ),
    )
    .join("\n\n");
}

/** `100 × €11.50 + €35.00 = €1,185.00` */
function describePrice(line: Line): string {
  const { unitCents, setupCents, cents } = priceLine(line);
  const setup = setupCents === 0 ? "" : ` + ${inEuros(setupCents)}`;
  return `${inWhole(line.quantity)} × ${inEuros(unitCents)}${setup} = ${inEuros(cents)}`;
}

function describeTotals({ goodsCents, deliveryCents, vatCents, totalCents }: Totals): string {
  return [
    `Goods ${inEuros(goodsCents)}`,
    `Delivery ${deliveryCents === 0 ? "free" : inEuros(deliveryCents)}`,
    `VAT ${VAT_PERCENT}% ${inEuros(vatCents)}`,
    `Total ${inEuros(totalCents)}`,
  ].join("\n");
}
