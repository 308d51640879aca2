// The name somebody probably meant, for "did you mean" hints.

const MAX_LENGTH = 80;
const MAX_CANDIDATES = 500;

/**
 * @returns the one candidate nearest to `written`: off by at most a third of its letters, whatever their case, or the
 *   beginning of it ("Mon" for "Monday"); `null` where none is near or two are equally near
 */
export function nearestName(written: string, candidates: Iterable<string>): string | null {
  // Beyond these a comparison costs more than a guess is worth.
  if (written.length > MAX_LENGTH) return null;
  const names = new Set<string>();
  for (const candidate of candidates) {
    if (names.size === MAX_CANDIDATES) return null;
    names.add(candidate);
  }
  const allowed = Math.max(1, Math.floor(written.length / 3));
  let nearest: string | null = null;
  let least = allowed + 1;
  for (const candidate of names) {
    if (candidate === written) continue;
    const distance = distanceOf(written.toLowerCase(), candidate.toLowerCase(), allowed);
    if (distance === least) nearest = null;
    if (distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

function distanceOf(a: string, b: string, allowed: number): number {
  if (b.length >= 3 && a.startsWith(b)) return 0.5;
  return Math.abs(a.length - b.length) > allowed ? allowed + 1 : editDistance(a, b);
}

/** How many letters to insert, remove, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = i > 1 && j > 1 && isSwap ? at(before, j - 2) + 1 : replaced;
      row.push(Math.min(replaced, swapped, at(above, j) + 1, at(row, j - 1) + 1));
    }
    before = above;
    above = row;
  }
  return at(above, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
