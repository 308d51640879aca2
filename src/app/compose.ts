// The composition root: makes every part, hands each what it needs, and knows in which order they start.

import type { Logger } from "pino";
import { createExchange } from "../endpoint/exchange.ts";
import { LastData } from "../endpoint/last-data.ts";
import { ReplayMemory } from "../endpoint/replay-memory.ts";
import { type HandlerModule, loadHandlers } from "../flows/load-handlers.ts";
import { createLoadedFlow, type LoadedFlow } from "../flows/loaded-flow.ts";
import type { Services } from "../flows/services.ts";
import { createFlowTokens } from "../protocol/flow-token.ts";
import { createKeyRing } from "../protocol/key-ring.ts";
import { type Database, openDatabase } from "../storage/database.ts";
import { createMedia } from "../storage/media.ts";
import { createEffects } from "../storage/once.ts";
import { elapsedMs, systemClock } from "./clock.ts";
import { startControlServer } from "./control-server.ts";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { createExchangeLog, observeWith } from "./exchange-log.ts";
import { Health } from "./health.ts";
import { Lifecycle } from "./lifecycle.ts";
import { createMetrics } from "./metrics.ts";
import { OPERATIONS } from "./operations.ts";
import { createAdminServer, createPublicServer } from "./server.ts";
import type { Settings } from "./settings.ts";
import { watchMigrations } from "./watch-migrations.ts";

/** The account column's value while there is one account. */
const ACCOUNT = "main";

export type RunningServer = {
  readonly url: string;
  readonly adminUrl: string;
  readonly flows: readonly LoadedFlow[];
  readonly credentials: Credentials;
  /** Readiness off, requests in flight finished, everything closed. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts a server.
 *
 * @param onFatal  told when the server finds later on that it must not run, as beside a schema made for newer servers
 * @throws SettingsError, KeyError, HandlerLoadError, DataDirLockedError and others; nothing is left running then
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  onFatal: (error: unknown) => void,
): Promise<RunningServer> {
  const lifecycle = new Lifecycle(log);
  try {
    return await startParts(settings, log, lifecycle, onFatal);
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
): Promise<RunningServer> {
  const isDevelopment = settings.profile === "development";
  const credentials = await loadCredentials(settings);
  const modules = await loadHandlers(
    settings.HANDLERS_DIR,
    isDevelopment ? "regenerate" : "refuse",
  );
  const database = await openDatabase(databaseSettings(settings), log);
  lifecycle.add("database", () => database.stop());

  const health = new Health(database);
  const context = { database, modules, clock: systemClock };
  if (isDevelopment) {
    await OPERATIONS.migrate(context);
    await OPERATIONS.seed(context);
    health.enter("ready");
  } else {
    lifecycle.add("migration watch", watchMigrations(context, health, log, onFatal));
  }

  const flows = await createFlows(modules, database, settings, log);
  lifecycle.add("flows", () => closeFlows(flows));
  if (database.kind === "embedded") {
    const control = await startControlServer(settings.DATA_DIR, context, log);
    lifecycle.add("control socket", control.stop);
  }

  const metrics = createMetrics();
  const exchange = createExchange({
    account: {
      id: ACCOUNT,
      appSecrets: credentials.appSecrets,
      verifyToken: credentials.verifyToken,
      keys: await createKeyRing(credentials.privateKeys),
    },
    flows: new Map(flows.map((flow) => [flow.name, flow])),
    tokens: createFlowTokens(credentials.flowTokenSecrets),
    tokenPolicy: settings.FLOW_TOKEN_POLICY,
    deadlineMs: settings.EXCHANGE_DEADLINE_MS,
    effects: createEffects(database, ACCOUNT),
    replays: new ReplayMemory({ elapsedMs }),
    lastData: new LastData({ elapsedMs }),
    observer: observeWith(metrics.observer, createExchangeLog(log, elapsedMs)),
    log,
    clock: systemClock,
    elapsedMs,
  });

  const admin = await createAdminServer(health, metrics);
  lifecycle.add("admin listener", () => admin.close());
  const adminUrl = await admin.listen({ host: settings.ADMIN_HOST, port: settings.ADMIN_PORT });
  const server = await createPublicServer({ settings, exchange, health });
  lifecycle.add("public listener", () => server.close());
  const url = await server.listen({ host: settings.HOST, port: settings.PORT });

  return {
    url,
    adminUrl,
    flows,
    credentials,
    stop: async () => {
      health.enter("draining");
      await delay(settings.SHUTDOWN_DELAY_MS ?? (isDevelopment ? 0 : 5_000));
      await lifecycle.stop();
    },
  };
}

async function createFlows(
  modules: readonly HandlerModule[],
  database: Database,
  settings: Settings,
  log: Logger,
): Promise<readonly LoadedFlow[]> {
  const media = createMedia();
  return Promise.all(
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
}

async function closeFlows(flows: readonly LoadedFlow[]): Promise<void> {
  await Promise.all(flows.map(async (flow) => flow.behaviour.close?.()));
}

export function databaseSettings(settings: Settings): Parameters<typeof openDatabase>[0] {
  return settings.DATABASE_URL === undefined
    ? { kind: "embedded", dataDir: settings.DATA_DIR }
    : {
        kind: "postgres",
        url: settings.DATABASE_URL.reveal(),
        poolMax: settings.DATABASE_POOL_MAX,
      };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
