// A server like the real one but for the adapters given: how a control is composed. Only the fault tests can; the product
// has no switch for it.

import { startServer } from "../../../src/app/compose.ts";
import { loadSettings } from "../../../src/app/environment.ts";
import { Lifecycle } from "../../../src/app/lifecycle.ts";
import type { Adapters } from "../../../src/app/server-options.ts";
import { createLogger } from "../../../src/app/telemetry/logger.ts";

/** Serves until SIGTERM. */
export async function serveWith(broken: Partial<Adapters>): Promise<void> {
  const settings = loadSettings("server");
  const log = createLogger(settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log);
  process.once("SIGTERM", () => void lifecycle.stop().then(() => process.exit(0)));
  const { url } = await startServer({
    settings,
    log,
    lifecycle,
    onFatal: giveUp,
    adapters: broken,
  });
  log.info({ url }, "listening");
}

function giveUp(): never {
  process.exit(1);
}
