// The server as `flowpoint dev` runs it: it takes the public port only when nothing stands in for it any more, says why it
// could not start, and never outlives the process that started it.

import { once } from "node:events";
import { serve } from "../../app/main.ts";
import type { ServerMessage } from "./dev-messages.ts";
import { describeProblem } from "./describe-problem.ts";

export async function serveUnderDev(): Promise<void> {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  try {
    await serve(async () => {
      // There is but one message to come.
      const portIsFree = once(process, "message");
      await tell({ kind: "wants-port" });
      await portIsFree;
    });
  } catch (error) {
    await tell({ kind: "failed", problem: describeProblem(error) });
    throw error;
  }
}

/** Nobody may listen any more, which `disconnect` sees to. */
function tell(message: ServerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
