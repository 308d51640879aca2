// Stopping in the reverse order of starting, within a time limit, and what signals mean.

import type { Log } from "../flows/services.ts";

type Part = { readonly name: string; readonly stop: () => Promise<void> };

/** Everything that was started and must be stopped. */
export class Lifecycle {
  readonly #parts: Part[] = [];
  readonly #log: Log;
  #stopping: string | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Call it right after the part has started. */
  add(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /** Stops all parts, the last started first. One that fails is logged and does not keep the others. */
  async stop(): Promise<void> {
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      this.#stopping = part.name;
      try {
        await part.stop();
      } catch (err) {
        this.#log.error({ err, part: part.name }, "a part did not stop cleanly");
      }
    }
    this.#stopping = null;
  }

  /** What is being stopped right now. */
  get stopping(): string | null {
    return this.#stopping;
  }
}

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** npm passes a signal on that the terminal has already sent to the whole group: both are one wish. */
const SAME_WISH_MS = 2_000;

/**
 * Calls `onFirst` for the first stop signal and `onSecond` for a later one. Equal signals within two seconds of the
 * first count as one.
 */
export function onStopSignals(
  elapsedMs: () => number,
  onFirst: () => void,
  onSecond: () => void,
): void {
  let first: { readonly signal: string; readonly atMs: number } | null = null;
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (first === null) {
        first = { signal, atMs: elapsedMs() };
        onFirst();
      } else if (signal !== first.signal || elapsedMs() - first.atMs > SAME_WISH_MS) {
        onSecond();
      }
    });
  }
}
