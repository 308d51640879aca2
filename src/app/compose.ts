// The composition root: starts every part, hands each what it needs, and knows in which order they start.

import type { LoadedFlow } from "../flows/loaded-flow.ts";
import { readCompletionStatistics } from "../storage/completion-statistics.ts";
import { createMediaFolder } from "../storage/media-store.ts";
import { systemClock } from "./clock.ts";
import { draftPlayer, playerUrl } from "./create-player.ts";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { ACCOUNT, databaseSettings } from "./database-settings.ts";
import { startControlServer } from "./operations/control-server.ts";
import { createSendParts } from "./sending/create-send-parts.ts";
import { BACKLOG, createAdminServer, createPublicServer } from "./server.ts";
import {
  completeOptions,
  type Given,
  isDevelopment,
  type ServerOptions,
} from "./server-options.ts";
import { startAccount } from "./start-account.ts";
import { startExchange } from "./start-exchange.ts";
import { type Ground, startGround } from "./start-ground.ts";
import { startProcessing } from "./start-processing.ts";
import { startWebhooks } from "./start-webhooks.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { startStallWatch } from "./telemetry/stall-watch.ts";
import { loadTls } from "./tls.ts";

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

/**
 * Starts a server.
 *
 * @throws SettingsError, KeyError, HandlerLoadError, DataDirLockedError and others; nothing is left running then
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startParts(completeOptions(options));
  } catch (error) {
    await options.lifecycle.stop();
    throw error;
  }
}

async function startParts(given: Given): Promise<RunningServer> {
  const { settings, log, lifecycle, surroundings } = given;
  const [credentials, tls] = await Promise.all([loadCredentials(settings), loadTls(settings)]);
  const draft = isDevelopment(settings)
    ? draftPlayer({ settings, credentials, tls, log }, surroundings.lines)
    : null;
  const ground = await startGround(given, credentials, draft);
  const { database, modules, flows, flowsByName, tracer } = ground;
  const health = await startProcessing(given, ground);
  if (database.kind === "embedded") await startControl(given, ground);

  const metrics = createMetrics();
  metrics.expectFlows([...flowsByName.keys()]);
  metrics.completions.readFrom(() => readCompletionStatistics(database.server, ACCOUNT));
  const account = await startAccount(given, credentials, tracer);
  const webhooks = await startWebhooks({
    account,
    settings: databaseSettings(settings),
    database,
    queue: ground.queue,
    queries: ground.queries,
    createStore: given.adapters.createNotificationStore,
    metrics: metrics.webhooks,
    log,
    lifecycle,
  });
  const { exchange, redis } = await startExchange(given, ground, { account, credentials, metrics });

  const send = createSendParts({ settings, credentials, database, log });
  const admin = await createAdminServer(health, metrics, send);
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
  const url = await server.listen({
    host: settings.HOST,
    port: settings.PORT,
    backlog: BACKLOG,
  });
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

/** Only this process can use the embedded database, so commands ask it to. */
async function startControl(
  { settings, log, lifecycle }: Given,
  { database, modules, flows, queue }: Ground,
): Promise<void> {
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

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
