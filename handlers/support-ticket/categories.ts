// What requests are about, and what can be done about each. The categories themselves stand in flow.json; a new one there
// does not compile until it is described here.

import type { ScreenInput } from "flowpoint";
import type { flow } from "./contract.gen.ts";

export type Category = ScreenInput<typeof flow, "ORDER">["category"];

export type Resolution = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
};

const REPLACEMENT = {
  id: "replacement",
  title: "A replacement",
  description: "Sent within two working days",
};
const REFUND = { id: "refund", title: "My money back", description: "To the way you paid" };
const REPAIR = { id: "repair", title: "A repair", description: "We fetch it and bring it back" };
const ANSWER = { id: "answer", title: "An answer", description: "To a question you have" };
const CORRECTION = {
  id: "correction",
  title: "A correction",
  description: "Of an address, a name or a bill",
};

type Description = {
  readonly title: string;
  /** Something about the business itself needs no order. */
  readonly isAboutOrder: boolean;
  readonly resolutions: readonly [Resolution, ...Resolution[]];
};

export const CATEGORIES: Readonly<Record<Category, Description>> = {
  damaged: {
    title: "A damaged or faulty item",
    isAboutOrder: true,
    resolutions: [REPLACEMENT, REPAIR, REFUND],
  },
  "wrong-item": {
    title: "The wrong item",
    isAboutOrder: true,
    resolutions: [REPLACEMENT, REFUND],
  },
  "not-delivered": {
    title: "A parcel that did not arrive",
    isAboutOrder: true,
    resolutions: [REPLACEMENT, REFUND],
  },
  other: { title: "Something else", isAboutOrder: false, resolutions: [ANSWER, CORRECTION] },
};

/** `null` for an id that flow.json does not offer. */
export function parseCategory(id: string): Category | null {
  // The keys of CATEGORIES are the categories.
  return Object.hasOwn(CATEGORIES, id) ? (id as Category) : null;
}
