// Demonstration data: what a print shop sells. What is there already is left alone, prices included.

import type { Transaction } from "kysely";
import type { Tables } from "./tables.ts";

const CATALOGUE = [
  {
    id: "t-shirt",
    title: "T-shirt",
    description: "Organic cotton, S to 3XL",
    limits: [20, 5_000],
    prices: [
      [1, 11_90],
      [100, 9_40],
      [500, 7_80],
    ],
    extras: [
      { id: "t-shirt-back", title: "Print on the back", unit_cents: 2_10, setup_cents: 35_00 },
      { id: "t-shirt-label", title: "Your own neck label", unit_cents: 85, setup_cents: 60_00 },
    ],
  },
  {
    id: "hoodie",
    title: "Hoodie",
    description: "Brushed fleece, with or without zip",
    limits: [10, 2_000],
    prices: [
      [1, 32_50],
      [50, 28_00],
      [250, 24_90],
    ],
    extras: [
      { id: "hoodie-back", title: "Print on the back", unit_cents: 2_90, setup_cents: 35_00 },
      { id: "hoodie-embroidery", title: "Embroidered chest", unit_cents: 4_60, setup_cents: 80_00 },
    ],
  },
  {
    id: "tote-bag",
    title: "Tote bag",
    description: "Heavy canvas, long handles",
    limits: [50, 10_000],
    prices: [
      [1, 4_20],
      [250, 3_35],
      [1_000, 2_75],
    ],
    extras: [
      { id: "tote-bag-inside", title: "Print inside", unit_cents: 1_10, setup_cents: 25_00 },
    ],
  },
  {
    id: "mug",
    title: "Mug",
    description: "Stoneware, dishwasher safe",
    limits: [36, 3_000],
    prices: [
      [1, 7_60],
      [144, 6_45],
    ],
    extras: [],
  },
] as const;

export default async function seed(trx: Transaction<Tables>): Promise<void> {
  for (const [index, { id, title, description, limits, prices, extras }] of CATALOGUE.entries()) {
    const [min_quantity, max_quantity] = limits;
    const added = await trx
      .insertInto("products")
      .values({ id, position: index + 1, title, description, min_quantity, max_quantity })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    // Prices and extras come with their product only, so that a second run changes none.
    if (added === undefined) continue;
    await trx
      .insertInto("prices")
      .values(
        prices.map(([from_quantity, unit_cents]) => ({
          product_id: id,
          from_quantity,
          unit_cents,
        })),
      )
      .execute();
    for (const extra of extras) {
      await trx
        .insertInto("extras")
        .values({ product_id: id, ...extra })
        .execute();
    }
  }
}
