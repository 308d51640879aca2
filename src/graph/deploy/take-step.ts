// One step at Meta that stands by itself, with the lockfile saying that it was begun while nobody knows whether it was
// taken. A step that Meta refuses was not begun.

import { GraphError } from "../graph-error.ts";
import type { LockedFlow } from "./lockfile.ts";

/**
 * @param note  writes the flow's `pending` into the lockfile; whoever asks writes `null` once all is well
 * @throws what `act` throws
 */
export async function takeStep(
  step: NonNullable<LockedFlow["pending"]>,
  act: () => Promise<void>,
  note: (pending: LockedFlow["pending"]) => Promise<void>,
): Promise<void> {
  await note(step);
  try {
    await act();
  } catch (error) {
    if (error instanceof GraphError && error.failure.outcome === "refused") await note(null);
    throw error;
  }
}
