// Tells a developer at every start what is wrong with the Flow JSON of the flows that were loaded: Meta would refuse the
// upload, and some of it shows on phones only.

import path from "node:path";
import { checkFlowJson } from "../../flow-json/check/check-flow-json.ts";
import type { HandlerModule } from "../../flows/load-handlers.ts";
import type { Log } from "../../flows/services.ts";

/** One line for each error; warnings are left to `flowpoint flows check`. */
export function logFlowErrors(
  modules: readonly Pick<HandlerModule, "name" | "folder" | "flowJson">[],
  log: Pick<Log, "warn">,
): void {
  for (const { name, folder, flowJson } of modules) {
    for (const { code, severity, range, message, hint } of checkFlowJson(flowJson).findings) {
      if (severity !== "error") continue;
      const place = `${path.join(folder, "flow.json")}:${range.line}:${range.column}`;
      log.warn({ flow: name, code }, `${place} ${message}; ${hint}`);
    }
  }
}
