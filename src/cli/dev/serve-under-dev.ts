// The server as `flowpoint dev` runs it: it waits for its turn, takes the public port only when nothing stands in for it
// any more, says why it could not start, and never outlives the process that started it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { serve } from "../../app/main.ts";
import type { DevMessage, ServerMessage } from "./dev-messages.ts";
import { describeProblem } from "./describe-problem.ts";

export async function serveUnderDev(): Promise<void> {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  await hear("start");
  try {
    await serve({
      portIsFree: async () => {
        const portIsFree = hear("port-is-free");
        await tell({ kind: "wants-port" });
        await portIsFree;
      },
    });
  } catch (error) {
    await tell({ kind: "failed", problem: describeProblem(error) });
    throw error;
  }
}

/** One that came before anybody listened was kept. */
async function hear(kind: DevMessage["kind"]): Promise<void> {
  // Only restarted-server.ts writes to this channel.
  const [message] = (await once(process, "message")) as [DevMessage];
  assert.equal(message.kind, kind);
}

/** Nobody may listen any more, which `disconnect` sees to. */
function tell(message: ServerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
