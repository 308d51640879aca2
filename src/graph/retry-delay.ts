// How long to wait before a request to Meta is repeated. Pure, so that it can be checked without a clock.

const BASE_MS = 500;
const LONGEST_MS = 10_000;

/** Longer than this nobody waits at a terminal: the failure is told instead. */
const LONGEST_ASKED_MS = 60_000;

/**
 * Exponential with full jitter; what Meta asks for comes first.
 *
 * @param attempt  1 after the first failure
 * @param retryAfterMs  what Meta's answer asked for
 * @param random  from 0 up to 1
 * @returns `null` when Meta asks for more patience than there is
 */
export function retryDelayMs(
  attempt: number,
  retryAfterMs: number | null,
  random: number,
): number | null {
  if (retryAfterMs !== null && retryAfterMs > LONGEST_ASKED_MS) return null;
  const ceiling = Math.min(LONGEST_MS, BASE_MS * 2 ** (attempt - 1));
  // Those who were told the same moment must not all come back at it.
  return (retryAfterMs ?? 0) + ceiling * random;
}
