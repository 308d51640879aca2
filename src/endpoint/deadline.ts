// Time limits for what a handler does. The work is told through its signal; it cannot be stopped, but what it does
// after the deadline is nobody's answer any more.

/** The work did not settle in time. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/**
 * Runs `work` for at most `limitMs` milliseconds; with none left it is told so at once.
 *
 * @throws DeadlinePassed, or what `work` throws in time
 */
export async function withDeadline<T>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const passed = new DeadlinePassed(`no answer within ${Math.round(limitMs)} ms`);
    controller.abort(passed);
    late.reject(passed);
  }, limitMs);
  const working = work(controller.signal);
  try {
    return await Promise.race([working, late.promise]);
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail; its failure is already answered for.
    working.catch(() => {});
  }
}
