import { describe, expect, it } from "vitest";
import { DEFAULT_DELIVERY, type Delivery } from "./business.ts";
import {
  isWithinLimits,
  type Line,
  percentOf,
  priceLine,
  priceQuote,
  type Product,
} from "./pricing.ts";

const SHIRT: Product = {
  id: "shirt",
  title: "Shirt",
  description: "",
  minQuantity: 20,
  maxQuantity: 5_000,
  prices: [
    { fromQuantity: 1, unitCents: 11_90 },
    { fromQuantity: 100, unitCents: 9_40 },
  ],
  extras: [],
};
const BACK = { id: "back", title: "Back", unitCents: 2_10, setupCents: 35_00 };
const LABEL = { id: "label", title: "Label", unitCents: 85, setupCents: 60_00 };
const PICKUP: Delivery = { id: "pickup", title: "", cents: 0, freeFromCents: 0 };

const line = (quantity: number, ...extras: Line["extras"]): Line => ({
  product: SHIRT,
  extras,
  quantity,
});

describe("priceLine", () => {
  it.each([
    [line(20), { unitCents: 11_90, setupCents: 0, cents: 238_00 }],
    [line(99), { unitCents: 11_90, setupCents: 0, cents: 1_178_10 }],
    [line(100), { unitCents: 9_40, setupCents: 0, cents: 940_00 }],
    [line(100, BACK), { unitCents: 11_50, setupCents: 35_00, cents: 1_185_00 }],
    [line(5_000, BACK, LABEL), { unitCents: 12_35, setupCents: 95_00, cents: 61_845_00 }],
  ])("counts %#", (priced, expected) => {
    expect(priceLine(priced)).toEqual(expected);
  });

  it("refuses a product whose smallest quantity has no price", () => {
    const product = { ...SHIRT, prices: [{ fromQuantity: 50, unitCents: 1 }] };

    expect(() => priceLine({ product, extras: [], quantity: 20 })).toThrow(/shirt has no price/);
  });
});

describe("priceQuote", () => {
  it("adds lines, delivery and tax up to the total", () => {
    expect(priceQuote([line(20), line(20)], DEFAULT_DELIVERY)).toEqual({
      goodsCents: 476_00,
      deliveryCents: 0,
      vatCents: 90_44,
      totalCents: 566_44,
    });
    expect(priceQuote([line(20)], DEFAULT_DELIVERY)).toEqual({
      goodsCents: 238_00,
      deliveryCents: 9_90,
      vatCents: 47_10,
      totalCents: 295_00,
    });
  });

  it("charges nothing for what is collected", () => {
    expect(priceQuote([line(20)], PICKUP)).toMatchObject({ deliveryCents: 0 });
  });
});

describe("percentOf", () => {
  it.each([
    [0, 0],
    [2, 0],
    [3, 1],
    [50, 10],
    [250, 48],
    [9_999_999_999, 1_900_000_000],
  ])("is 19% of %i cents to the cent, half a cent up", (cents, expected) => {
    expect(percentOf(cents, 19)).toBe(expected);
  });
});

describe("isWithinLimits", () => {
  it.each([
    [20, true],
    [5_000, true],
    [19, false],
    [5_001, false],
    [20.5, false],
    [-20, false],
    [Number.NaN, false],
  ])("of %d is %s", (quantity, expected) => {
    expect(isWithinLimits(SHIRT, quantity)).toBe(expected);
  });
});
