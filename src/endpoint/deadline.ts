// Time limits for what a handler does. The work is told through its signal; it cannot be stopped, but what it does
// after the deadline is nobody's answer any more.

/** The work did not settle in time. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/** What a piece of work may know of its time. */
export interface Deadline {
  /** Aborted when the time is over. Made when it is asked for: most work settles without. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` for at most `limitMs` milliseconds; with none left it is told so at once. Work that settles while it is
 * called costs no timer: none could fire meanwhile.
 *
 * @throws DeadlinePassed, or what `work` throws in time
 */
export async function withDeadline<T>(
  limitMs: number,
  work: (deadline: Deadline) => T | PromiseLike<T>,
): Promise<T> {
  const deadline = new LazyDeadline();
  const result = work(deadline);
  if (!isPromiseLike(result)) return result;
  const working = Promise.resolve(result);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const passed = new DeadlinePassed(`no answer within ${Math.round(limitMs)} ms`);
    deadline.pass(passed);
    late.reject(passed);
  }, limitMs);
  try {
    return await Promise.race([working, late.promise]);
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail; its failure is already answered for.
    working.catch(() => {});
  }
}

class LazyDeadline implements Deadline {
  #controller: AbortController | null = null;
  #passed: DeadlinePassed | null = null;

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#passed !== null) this.#controller.abort(this.#passed);
    }
    return this.#controller.signal;
  }

  pass(reason: DeadlinePassed): void {
    this.#passed = reason;
    this.#controller?.abort(reason);
  }
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
