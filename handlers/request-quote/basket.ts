// What a customer has put together so far. It travels with the phone as ids and quantities, so that any instance of the
// server can answer; each time it comes back it is looked up in the catalogue, and nothing else of it is believed.

import { MAX_LINES } from "./business.ts";
import { type Extra, isWithinLimits, type Line, type Product } from "./pricing.ts";

/** A line on its way. */
export type LineIds = {
  readonly product: string;
  readonly extras: readonly string[];
  readonly quantity: number;
};

/** `isWhole`: whether all of it is still there to be had. */
export type Basket = { readonly lines: readonly Line[]; readonly isWhole: boolean };

/** Leaves out what is not sold any more, or never was. */
export function readBasket(products: readonly Product[], ids: readonly LineIds[]): Basket {
  const lines: Line[] = [];
  for (const each of ids.slice(0, MAX_LINES)) {
    const product = products.find(({ id }) => id === each.product);
    const isTwice = lines.some((line) => line.product.id === each.product);
    if (product === undefined || isTwice || !isWithinLimits(product, each.quantity)) continue;
    const extras = extrasOf(product, each.extras);
    if (extras.length !== each.extras.length) continue;
    lines.push({ product, extras, quantity: each.quantity });
  }
  return { lines, isWhole: lines.length === ids.length };
}

/** The ones among `ids` that the product has; after a change of product, a phone may still name another's. */
export function extrasOf(product: Product, ids: readonly string[]): readonly Extra[] {
  return product.extras.filter(({ id }) => ids.includes(id));
}

/**
 * Puts a line in, in the place of the one of the same product where there is one.
 *
 * @returns `null` where there are too many already
 */
export function withLine(lines: readonly Line[], line: Line): readonly Line[] | null {
  const at = lines.findIndex(({ product }) => product.id === line.product.id);
  if (at >= 0) return lines.with(at, line);
  return lines.length < MAX_LINES ? [...lines, line] : null;
}

export function idsOf(lines: readonly Line[]) {
  return lines.map(({ product, extras, quantity }) => ({
    product: product.id,
    extras: extras.map(({ id }) => id),
    quantity,
  }));
}
