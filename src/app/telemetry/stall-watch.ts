// Notices when something blocks the event loop, and says what: a thread of its own counts the beats of the main one, and
// when they stay away it asks V8's debugger, from outside, which function is running. It costs nothing while all is well.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Log } from "../../flows/services.ts";
import { BEAT_EVERY_MS, type Stall } from "./stall-watcher.ts";

export interface StallWatch {
  stop(): Promise<void>;
}

export type StallObserver = {
  /** @param flow  whose handler blocked, or `unknown` */
  stalled(flow: string): void;
};

/**
 * Starts watching the thread it is called on.
 *
 * @param handlersDir  what runs below one of its folders is that flow's
 */
export function startStallWatch(
  handlersDir: string,
  observer: StallObserver,
  log: Log,
): StallWatch {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(new URL("./stall-watcher.ts", import.meta.url), { workerData: beats });
  const beating = setInterval(() => Atomics.add(beats, 0, 1), BEAT_EVERY_MS);
  beating.unref();
  worker.unref();
  worker.on("message", (stall: Stall) => {
    const culprit = findCulprit(handlersDir, stall);
    observer.stalled(culprit?.flow ?? "unknown");
    // Anything else may as well be the machine: it is counted, and nobody can mend it in a handler.
    if (culprit === null) return;
    log.error(
      { ...culprit, ms: Math.round(stall.ms) },
      "a handler blocked the event loop, and every request of every flow waited: move the work to a thread, or make it smaller",
    );
  });
  worker.on("error", (err) => log.warn({ err }, "blocked event loops are not noticed any more"));
  return {
    stop: async () => {
      clearInterval(beating);
      await worker.terminate();
    },
  };
}

type Culprit = { readonly flow: string; readonly at: string };

/** The innermost frame that is a handler's own. */
function findCulprit(handlersDir: string, { frames }: Stall): Culprit | null {
  for (const { functionName, url, line } of frames) {
    if (!url.startsWith("file:")) continue;
    const [flow = "", ...file] = path.relative(handlersDir, fileURLToPath(url)).split(path.sep);
    if (flow === ".." || file.length === 0) continue;
    const place = `${[flow, ...file].join("/")}:${line}`;
    return { flow, at: functionName === "" ? place : `${functionName} (${place})` };
  }
  return null;
}
