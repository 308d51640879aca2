// The handlers' factories: each runs, and what it makes has all that its contract demands. A start of the server does the
// same, and stops at the first that fails.

import { closeFlows, createFlows } from "../../app/create-flows.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import type { Settings } from "../../app/settings.ts";
import type { HandlerModule } from "../../flows/load-handlers.ts";
import type { Database } from "../../storage/database.ts";
import { reasonOf } from "../explain-error.ts";
import { type Diagnosis, failedWith, passed } from "./diagnosis.ts";

export const FACTORIES_CHECK = "handlers-start";

export async function checkFactories(
  modules: readonly HandlerModule[],
  database: Database,
  settings: Settings,
): Promise<readonly Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const module of modules) {
    try {
      await closeFlows(await createFlows([module], database, settings, createLogger("silent")));
    } catch (error) {
      diagnoses.push(failedWith(FACTORIES_CHECK, reasonOf(error), "mend the handler"));
    }
  }
  return diagnoses.length > 0 ? diagnoses : [passed(FACTORIES_CHECK, "every factory runs")];
}
