// Preloaded into the server whose memory is measured: collects all garbage when asked, and answers with what is left.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes in use after a full collection. */
export type InUse = { readonly heapBytes: number };

setFlagsFromString("--expose-gc");
// The flag puts it into every context made from now on.
const collectGarbage = runInNewContext("gc") as () => void;

process.on("message", () => {
  collectGarbage();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed } satisfies InUse);
});
