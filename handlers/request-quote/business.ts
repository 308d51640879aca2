// How the business sells: the rules that hold for every product. Amounts are whole cents.

/** Where the sales desk sits: its calendar says until when a quote is valid. */
export const TIME_ZONE = "Europe/Berlin";

/** The day of the quote not counted. */
export const VALID_DAYS = 30;

export const VAT_PERCENT = 19;

/** More than these are for a conversation. */
export const MAX_LINES = 5;

export type Delivery = {
  readonly id: string;
  readonly title: string;
  readonly cents: number;
  /** Goods of this much are delivered for nothing. */
  readonly freeFromCents: number;
};

const STANDARD = {
  id: "standard",
  title: "Standard, 10 working days",
  cents: 9_90,
  freeFromCents: 250_00,
};

export const DELIVERIES: readonly Delivery[] = [
  STANDARD,
  { id: "express", title: "Express, 4 working days", cents: 34_90, freeFromCents: Infinity },
  { id: "pickup", title: "I collect it in Berlin", cents: 0, freeFromCents: 0 },
];

/** Until another is chosen. */
export const DEFAULT_DELIVERY: Delivery = STANDARD;
