// The few statistics that the benchmarks report. Medians throughout: on a machine that others use too, the mean tells
// of the others.

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = sort(values);
  const middle = (sorted.length - 1) / 2;
  return (at(sorted, Math.floor(middle)) + at(sorted, Math.ceil(middle))) / 2;
}

/**
 * The smallest value that is at least as large as the given share of all.
 *
 * @param share from 0 to 1
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = sort(values);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return at(sorted, rank - 1);
}

/** The smallest and the largest value. */
export function range(values: readonly number[]): { readonly min: number; readonly max: number } {
  const sorted = sort(values);
  return { min: at(sorted, 0), max: at(sorted, sorted.length - 1) };
}

/**
 * How fast y grows with x: the median slope over all pairs of points (Theil and Sen), which a few points far off, such
 * as samples taken just before a garbage collection, do not move.
 */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const slopes = points.flatMap((from, i) =>
    points.slice(i + 1).map((to) => (to.y - from.y) / (to.x - from.x)),
  );
  return median(slopes);
}

function sort(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new RangeError("there are no values to describe");
  return value;
}
