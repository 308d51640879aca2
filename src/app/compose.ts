// The composition root: makes every part, hands each what it needs, and knows in which order they start.

import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { Admission } from "../endpoint/admission.ts";
import { groupUnwraps } from "../endpoint/grouped-unwraps.ts";
import { createExchange } from "../endpoint/exchange.ts";
import { loadHandlers } from "../flows/load-handlers.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Account } from "../protocol/account.ts";
import { createFlowTokens } from "../protocol/flow-token.ts";
import { createKeyRing } from "../protocol/key-ring.ts";
import { LogLines } from "../player/log-lines.ts";
import { readCompletionStatistics } from "../storage/completion-statistics.ts";
import { openDatabase } from "../storage/database.ts";
import { createMediaFolder } from "../storage/media-store.ts";
import { createNotificationStore } from "../storage/notification-store.ts";
import { createEffects } from "../storage/once.ts";
import { createQueue } from "../storage/queue.ts";
import { createSeenTokens } from "../storage/seen-tokens.ts";
import { elapsedMs, systemClock } from "./clock.ts";
import { startControlServer } from "./operations/control-server.ts";
import { closeFlows, createFlows } from "./create-flows.ts";
import { createMemories } from "./create-memories.ts";
import { draftPlayer, playerUrl } from "./create-player.ts";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { createSendParts } from "./sending/create-send-parts.ts";
import { createTracer } from "./telemetry/create-tracer.ts";
import { createExchangeLog, observeWith } from "./telemetry/exchange-log.ts";
import { Health } from "./health.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { logFlowErrors } from "./telemetry/log-flow-errors.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { migrateAll, seedAll } from "./operations/operations.ts";
import { createProcessing } from "./processing.ts";
import { ACCOUNT, databaseSettings } from "./database-settings.ts";
import { createAdminServer, createPublicServer } from "./server.ts";
import type { Settings } from "./settings.ts";
import { startStallWatch } from "./telemetry/stall-watch.ts";
import { startWebhooks } from "./start-webhooks.ts";
import { createSuccessLog } from "./telemetry/success-log.ts";
import { loadTls } from "./tls.ts";
import { TraceIds } from "./telemetry/trace-ids.ts";
import {
  traceExchanges,
  traceFlow,
  traceJobs,
  traceKeys,
  traceQueries,
} from "./telemetry/traced-parts.ts";
import { watchKeys } from "./watch-keys.ts";
import { watchMigrations } from "./watch-migrations.ts";

export type RunningServer = {
  readonly url: string;
  readonly adminUrl: string;
  /** With its key; `null` where there is none. */
  readonly playerUrl: string | null;
  readonly flows: readonly LoadedFlow[];
  readonly credentials: Credentials;
  /** Readiness off, and time for the balancer to notice. */
  readonly leaveBalancer: () => Promise<void>;
};

/** Some for each thread of the pool, as `bin/flowpoint.js` sets their number: none is idle while the event loop is busy. */
const UNWRAPS_AT_ONCE = 8 * Math.max(2, availableParallelism());

/** The rest keeps the threads busy while a group is taken up. */
const GROUP_OF_UNWRAPS = 0.75 * UNWRAPS_AT_ONCE;

/** What keeps the promises about completions: stored before the 200, and each effect once. */
export type Adapters = {
  readonly createNotificationStore: typeof createNotificationStore;
  readonly createEffects: typeof createEffects;
};

/** What a server shares with the process around it. */
export type Surroundings = {
  /** Has every line of the log. */
  readonly lines: LogLines;
  /** Resolves when the public port may be taken. */
  readonly portIsFree: () => Promise<void>;
  /** Those that the log knows. */
  readonly traceIds: TraceIds;
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
  surroundings: Surroundings = {
    lines: new LogLines(),
    portIsFree: async () => {},
    traceIds: new TraceIds(),
  },
): Promise<RunningServer> {
  try {
    return await startParts(settings, log, lifecycle, onFatal, adapters, surroundings);
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
  surroundings: Surroundings,
): Promise<RunningServer> {
  const isDevelopment = settings.profile === "development";
  const [credentials, tls] = await Promise.all([loadCredentials(settings), loadTls(settings)]);
  const draft = isDevelopment
    ? draftPlayer({ settings, credentials, tls, log }, surroundings.lines)
    : null;
  const modules = await loadHandlers(
    settings.HANDLERS_DIR,
    isDevelopment ? "regenerate" : "refuse",
  );
  if (isDevelopment) logFlowErrors(modules, log);
  const tracer = await createTracer(settings, surroundings.traceIds, log);
  lifecycle.add("tracer", () => tracer.stop());
  const queries = traceQueries(tracer);
  const database = await openDatabase(databaseSettings(settings), log, queries);
  lifecycle.add("database", () => database.stop());

  if (isDevelopment) {
    await migrateAll(database, modules);
    await seedAll(database, modules, systemClock);
  }

  const made = await createFlows(modules, database, settings, log, draft?.media);
  const flows = made.map((flow) => traceFlow(flow, tracer));
  lifecycle.add("flows", () => closeFlows(flows));
  const flowsByName = new Map(flows.map((flow) => [flow.name, flow]));
  const tokens = createFlowTokens(credentials.flowTokenSecrets);
  const effects = adapters.createEffects(database, ACCOUNT);
  const queue = traceJobs(createQueue(database, log, { upkeep: true }), tracer);
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
  metrics.expectFlows([...flowsByName.keys()]);
  metrics.completions.readFrom(() => readCompletionStatistics(database.server, ACCOUNT));
  const keys = traceKeys(
    await createKeyRing(credentials.privateKeys, { copies: UNWRAPS_AT_ONCE }),
    tracer,
  );
  const stopKeyWatch = watchKeys({
    folder: settings.KEYS_DIR,
    passphrase: settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE,
    found: credentials.foundKeys,
    keys,
    log,
  });
  lifecycle.add("key watch", stopKeyWatch);
  const account: Account = {
    id: ACCOUNT,
    appSecrets: credentials.appSecrets,
    verifyToken: credentials.verifyToken,
    keys: groupUnwraps(keys, GROUP_OF_UNWRAPS),
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
    queries,
    createStore: adapters.createNotificationStore,
    metrics: metrics.webhooks,
    log,
    lifecycle,
  });
  const memories = await createMemories({
    settings,
    flowTokenSecrets: credentials.flowTokenSecrets,
    flows: flowsByName,
    elapsedMs,
    log,
  });
  const { redis } = memories;
  if (redis !== null) lifecycle.add("Redis", () => redis.stop());
  const exchange = createExchange({
    account,
    flows: flowsByName,
    tokens,
    tokenPolicy: settings.FLOW_TOKEN_POLICY,
    deadlineMs: settings.EXCHANGE_DEADLINE_MS,
    effects,
    replays: memories.replays,
    admission,
    lastData: memories.lastData,
    seenTokens,
    observer: observeWith(
      metrics.observer,
      createExchangeLog(log, elapsedMs),
      createSuccessLog(log),
      traceExchanges(tracer),
    ),
    log,
    clock: systemClock,
    elapsedMs,
  });

  const admin = await createAdminServer(
    health,
    metrics,
    createSendParts({ settings, credentials, database, log }),
  );
  lifecycle.add("admin listener", () => admin.close());
  const adminUrl = await admin.listen({ host: settings.ADMIN_HOST, port: settings.ADMIN_PORT });
  const player = (await draft?.finish({ modules, flows: flowsByName, database })) ?? null;
  const server = await createPublicServer({
    settings,
    tls,
    exchange,
    webhooks,
    health,
    player,
    tracer,
    redis,
  });
  lifecycle.add("public listener", () => server.close());
  await surroundings.portIsFree();
  const url = await server.listen({ host: settings.HOST, port: settings.PORT });
  const stallWatch = startStallWatch(settings.HANDLERS_DIR, metrics.stalls, log);
  lifecycle.add("stall watch", () => stallWatch.stop());

  return {
    url,
    adminUrl,
    playerUrl: player === null ? null : playerUrl(server.addresses(), tls, player),
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
