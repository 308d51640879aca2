// Makes the flows of imported handlers: runs their factories, each with services of its own.

import type { Logger } from "pino";
import type { HandlerModule } from "../flows/load-handlers.ts";
import { createLoadedFlow, type LoadedFlow } from "../flows/loaded-flow.ts";
import type { Media, Services } from "../flows/services.ts";
import { slowable } from "../player/slow-handlers.ts";
import type { Database } from "../storage/database.ts";
import { createMedia } from "../storage/media.ts";
import { systemClock } from "./clock.ts";
import { isDevelopment } from "./server-options.ts";
import type { Settings } from "./settings.ts";

/** @throws HandlerLoadError for the first that cannot be made; those that were are closed again */
export async function createFlows(
  modules: readonly HandlerModule[],
  database: Database,
  settings: Settings,
  log: Logger,
  media: Media = createMedia(),
): Promise<readonly LoadedFlow[]> {
  const made = await Promise.allSettled(
    modules.map((module) => {
      const services: Services = {
        db: database.forFlow(module.name),
        clock: systemClock,
        log: log.child({ flow: module.name }),
        media,
        env: settings.handlerEnv,
      };
      return createLoadedFlow(module, services);
    }),
  );
  const flows = made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = made.find((result) => result.status === "rejected");
  // A player may ask for slow handlers, and only development has one.
  if (failed === undefined) return isDevelopment(settings) ? flows.map(slowable) : flows;
  await closeFlows(flows);
  throw failed.reason;
}

export async function closeFlows(flows: readonly LoadedFlow[]): Promise<void> {
  const closed = await Promise.allSettled(flows.map(async (flow) => flow.behaviour.close?.()));
  const failed = closed.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
