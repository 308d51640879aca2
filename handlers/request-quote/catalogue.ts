// The catalogue as it is sold now.

import type { Product } from "./pricing.ts";
import type { Database } from "./tables.ts";

/** In the order they are offered in. */
export async function listProducts(db: Database): Promise<readonly Product[]> {
  const products = await db.selectFrom("products").selectAll().orderBy("position").execute();
  const prices = await db.selectFrom("prices").selectAll().orderBy("from_quantity").execute();
  const extras = await db.selectFrom("extras").selectAll().orderBy("id").execute();
  return products.map(({ id, title, description, min_quantity, max_quantity }) => ({
    id,
    title,
    description,
    minQuantity: min_quantity,
    maxQuantity: max_quantity,
    prices: prices
      .filter(({ product_id }) => product_id === id)
      .map(({ from_quantity, unit_cents }) => ({
        fromQuantity: from_quantity,
        unitCents: unit_cents,
      })),
    extras: extras
      .filter(({ product_id }) => product_id === id)
      .map((extra) => ({
        id: extra.id,
        title: extra.title,
        unitCents: extra.unit_cents,
        setupCents: extra.setup_cents,
      })),
  }));
}
