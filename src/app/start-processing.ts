// The work on completions, and when it may begin.

import { systemClock, elapsedMs } from "./clock.ts";
import { ACCOUNT } from "./database-settings.ts";
import { Health } from "./health.ts";
import { createProcessing } from "./processing.ts";
import { type Given, isDevelopment } from "./server-options.ts";
import type { Ground } from "./start-ground.ts";
import { watchMigrations } from "./watch-migrations.ts";

/** Runs jobs as soon as the schema is there, and tells the health of it. */
export async function startProcessing(
  { settings, log, lifecycle, onFatal }: Given,
  { database, modules, flowsByName, tokens, effects, queue }: Ground,
): Promise<Health> {
  const processing = createProcessing({
    settings,
    account: ACCOUNT,
    database,
    queue,
    flows: flowsByName,
    tokens,
    effects,
    clock: systemClock,
    elapsedMs,
    log,
  });
  lifecycle.add("processing", () => processing.stop());
  const health = new Health(database);
  if (isDevelopment(settings)) {
    await processing.start();
    health.enter("ready");
    return health;
  }
  const onReady = (): Promise<void> => processing.start();
  const watch = watchMigrations({ database, modules, health, log, onReady, onFatal });
  lifecycle.add("migration watch", watch.stop);
  // A balancer that asks for no readiness sends webhooks as soon as somebody listens.
  await watch.firstLook;
  return health;
}
