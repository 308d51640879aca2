// A fallback answers 200 too: only the server's own counters tell whether a handler has answered.

import type { ServerProcess } from "./server-process.ts";

/** @throws Error if any exchange went wrong since the server's start */
export async function assertNoFaults(server: ServerProcess): Promise<void> {
  const faults = [...(await server.readMetrics())]
    .filter(([name]) => name.startsWith("flowpoint_exchange_faults_total"))
    .filter(([, count]) => count > 0);
  if (faults.length === 0) return;
  const counted = faults.map(([name, count]) => `${count} times ${name}`).join(", ");
  throw new Error(`exchanges went wrong: ${counted}`);
}
