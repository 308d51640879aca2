// The thread that watches the main thread; see `stall-watch.ts`.

import { Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import { elapsedMs } from "../clock.ts";

/** How often the main thread shows that it is alive. */
export const BEAT_EVERY_MS = 50;

/** Meta's own patience is seconds, but thousands of requests pass in one. */
const STALL_MS = 250;

export type Stall = {
  /** How long the loop stood still in all. */
  readonly ms: number;
  /** What ran when it was looked at, the innermost first; empty where that could not be seen. */
  readonly frames: readonly Frame[];
};

export type Frame = {
  readonly functionName: string;
  readonly url: string;
  /** 1-based. */
  readonly line: number;
};

if (parentPort !== null) watch(parentPort, workerData as Int32Array);

function watch(port: NonNullable<typeof parentPort>, beats: Int32Array): void {
  let seen = Atomics.load(beats, 0);
  let sinceMs = elapsedMs();
  let frames: readonly Frame[] | null = null;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    const stillMs = elapsedMs() - sinceMs;
    if (now !== seen) {
      if (frames !== null) port.postMessage({ ms: stillMs, frames } satisfies Stall);
      seen = now;
      sinceMs = elapsedMs();
      frames = null;
      return;
    }
    if (frames !== null || stillMs < STALL_MS) return;
    frames = [];
    lookAtMainThread((found) => {
      frames = found;
    });
  }, BEAT_EVERY_MS);
}

/** Stops the main thread between two instructions, reads where it is, and lets it go on. */
function lookAtMainThread(tell: (frames: readonly Frame[]) => void): void {
  const session = new Session();
  const urls = new Map<string, string>();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    tell(
      params.callFrames.map(({ functionName, location }) => ({
        functionName,
        url: urls.get(location.scriptId) ?? "",
        line: location.lineNumber + 1,
      })),
    );
    session.post("Debugger.resume");
    session.post("Debugger.disable", () => session.disconnect());
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}
