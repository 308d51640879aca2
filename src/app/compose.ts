// The composition root: makes every part, hands each what it needs, and knows in which order they start.

import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { Admission } from "../endpoint/admission.ts";
import { createExchange } from "../endpoint/exchange.ts";
import { LastData } from "../endpoint/last-data.ts";
import { ReplayMemory } from "../endpoint/replay-memory.ts";
import { loadHandlers } from "../flows/load-handlers.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Account } from "../protocol/account.ts";
import { createFlowTokens } from "../protocol/flow-token.ts";
import { createKeyRing } from "../protocol/key-ring.ts";
import { readCompletionStatistics } from "../storage/completion-statistics.ts";
import { openDatabase } from "../storage/database.ts";
import { createMediaFolder } from "../storage/media-store.ts";
import { createNotificationStore } from "../storage/notification-store.ts";
import { createEffects } from "../storage/once.ts";
import { createQueue } from "../storage/queue.ts";
import { createSeenTokens } from "../storage/seen-tokens.ts";
import { elapsedMs, systemClock } from "./clock.ts";
import { startControlServer } from "./control-server.ts";
import { closeFlows, createFlows } from "./create-flows.ts";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { createExchangeLog, observeWith } from "./exchange-log.ts";
import { Health } from "./health.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { createMetrics } from "./metrics.ts";
import { migrateAll, seedAll } from "./operations.ts";
import { createProcessing } from "./processing.ts";
import { ACCOUNT, databaseSettings } from "./database-settings.ts";
import { createAdminServer, createPublicServer } from "./server.ts";
import type { Settings } from "./settings.ts";
import { startWebhooks } from "./start-webhooks.ts";
import { loadTls } from "./tls.ts";
import { watchMigrations } from "./watch-migrations.ts";

export type RunningServer = {
  readonly url: string;
  readonly adminUrl: string;
  readonly flows: readonly LoadedFlow[];
  readonly credentials: Credentials;
  /** Readiness off, and time for the balancer to notice. */
  readonly leaveBalancer: () => Promise<void>;
};

/** As many as the thread pool has threads, whose number `bin/flowpoint.js` sets. */
const UNWRAPS_AT_ONCE = availableParallelism() + 2;

/** What keeps the promises about completions: stored before the 200, and each effect once. */
export type Adapters = {
  readonly createNotificationStore: typeof createNotificationStore;
  readonly createEffects: typeof createEffects;
};

const ADAPTERS: Adapters = { createNotificationStore, createEffects };

/**
 * Starts a server.
 *
 * @param lifecycle  gets every part that was started, and stops them
 * @param onFatal  told when the server finds later on that it must not run, as beside a schema made for newer servers
 * @param adapters  others only where it is put to the test whether a broken promise is noticed
 * @throws SettingsError, KeyError, HandlerLoadError, DataDirLockedError and others; nothing is left running then
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  lifecycle: Lifecycle,
  onFatal: (error: unknown) => void,
  adapters: Adapters = ADAPTERS,
): Promise<RunningServer> {
  try {
    return await startParts(settings, log, lifecycle, onFatal, adapters);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function startParts(
  settings: Settings,
  log: Logger,
  lifecycle: Lifecycle,
  onFatal: (error: unknown) => void,
  adapters: Adapters,
): Promise<RunningServer> {
  const isDevelopment = settings.profile === "development";
  const [credentials, tls] = await Promise.all([loadCredentials(settings), loadTls(settings)]);
  const modules = await loadHandlers(
    settings.HANDLERS_DIR,
    isDevelopment ? "regenerate" : "refuse",
  );
  const database = await openDatabase(databaseSettings(settings), log);
  lifecycle.add("database", () => database.stop());

  if (isDevelopment) {
    await migrateAll(database, modules);
    await seedAll(database, modules, systemClock);
  }

  const flows = await createFlows(modules, database, settings, log);
  lifecycle.add("flows", () => closeFlows(flows));
  const flowsByName = new Map(flows.map((flow) => [flow.name, flow]));
  const tokens = createFlowTokens(credentials.flowTokenSecrets);
  const effects = adapters.createEffects(database, ACCOUNT);
  const queue = createQueue(database, log, { upkeep: true });
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
  if (isDevelopment) {
    await processing.start();
    health.enter("ready");
  } else {
    const watch = watchMigrations({
      database,
      modules,
      health,
      log,
      onReady: () => processing.start(),
      onFatal,
    });
    lifecycle.add("migration watch", watch);
  }
  if (database.kind === "embedded") {
    const context = {
      database,
      clock: systemClock,
      account: ACCOUNT,
      media: createMediaFolder(settings.MEDIA_DIR),
      modules: async () => modules,
      flows: async () => flows,
      queue: async () => queue,
    };
    const control = await startControlServer(settings.DATA_DIR, context, log);
    lifecycle.add("control socket", control.stop);
  }

  const metrics = createMetrics();
  metrics.completions.readFrom(() => readCompletionStatistics(database.server, ACCOUNT));
  const account: Account = {
    id: ACCOUNT,
    appSecrets: credentials.appSecrets,
    verifyToken: credentials.verifyToken,
    keys: await createKeyRing(credentials.privateKeys, { copies: UNWRAPS_AT_ONCE }),
  };
  const admission = new Admission({ slots: UNWRAPS_AT_ONCE, elapsedMs });
  metrics.watchAdmission(() => admission.waiting);
  const seenTokens = createSeenTokens(database.server, ACCOUNT, log);
  lifecycle.add("seen tokens", () => seenTokens.stop());
  const webhooks = startWebhooks({
    account,
    settings: databaseSettings(settings),
    database,
    queue,
    createStore: adapters.createNotificationStore,
    metrics: metrics.webhooks,
    log,
    lifecycle,
  });
  const exchange = createExchange({
    account,
    flows: flowsByName,
    tokens,
    tokenPolicy: settings.FLOW_TOKEN_POLICY,
    deadlineMs: settings.EXCHANGE_DEADLINE_MS,
    effects,
    replays: new ReplayMemory({ elapsedMs }),
    admission,
    lastData: new LastData({ elapsedMs }),
    seenTokens,
    observer: observeWith(metrics.observer, createExchangeLog(log, elapsedMs)),
    log,
    clock: systemClock,
    elapsedMs,
  });

  const admin = await createAdminServer(health, metrics);
  lifecycle.add("admin listener", () => admin.close());
  const adminUrl = await admin.listen({ host: settings.ADMIN_HOST, port: settings.ADMIN_PORT });
  const server = await createPublicServer({ settings, tls, exchange, webhooks, health });
  lifecycle.add("public listener", () => server.close());
  const url = await server.listen({ host: settings.HOST, port: settings.PORT });

  return {
    url,
    adminUrl,
    flows,
    credentials,
    leaveBalancer: async () => {
      health.enter("draining");
      await delay(settings.SHUTDOWN_DELAY_MS);
    },
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
