// The three groups of the net promoter score: 9 and 10 promote, 7 and 8 are passive, anything less detracts.

export type Group = "promoter" | "passive" | "detractor";

/** @param rating  0 to 10 */
export function groupOf(rating: number): Group {
  if (rating >= 9) return "promoter";
  return rating >= 7 ? "passive" : "detractor";
}
