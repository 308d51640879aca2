// Whether the server behind the address has every flow that is here: one that was not deployed with the rest, or that a
// proxy does not pass on, answers something else to a ping.

import { type Diagnosis, failed, passed } from "./diagnosis.ts";
import type { ProbeResult } from "./probe.ts";

const CHECK = "other-flows";

/** @param pings  by the flow's name */
export function checkOtherFlows(pings: ReadonlyMap<string, ProbeResult>): Diagnosis {
  const missing = [...pings].filter(
    ([, result]) => result.kind === "none" || result.status !== 200,
  );
  if (missing.length === 0) {
    return passed(CHECK, pings.size === 0 ? "there are none" : `${pings.size} more answer`);
  }
  const told = missing.map(([name, result]) =>
    result.kind === "none" ? `${name}: no answer` : `${name}: ${result.status}`,
  );
  return failed(
    CHECK,
    `not every flow answers 200: ${told.join(", ")}`,
    "start the server with the same HANDLERS_DIR, and let the proxy pass all of /flows/ on",
  );
}
