// Keeps lines that strangers or an outage can cause at any rate from filling a disk: one a second of each kind, with the
// number of those left out since.

const EVERY_MS = 1_000;

/** @returns for each occurrence how many were left out before it, or `null` if it is to be left out itself */
export function createLogSampler(elapsedMs: () => number): (kind: string) => number | null {
  const seen = new Map<string, { lastMs: number; suppressed: number }>();
  return (kind) => {
    const last = seen.get(kind);
    if (last !== undefined && elapsedMs() - last.lastMs < EVERY_MS) {
      last.suppressed++;
      return null;
    }
    seen.set(kind, { lastMs: elapsedMs(), suppressed: 0 });
    return last?.suppressed ?? 0;
  };
}
