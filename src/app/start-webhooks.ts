// Joins the parts of the webhook: its own database connections, the store, metrics, log lines and the watch over Meta's
// alerts.

import type { Logger } from "pino";
import type { Account } from "../protocol/account.ts";
import type { Database, DatabaseSettings } from "../storage/database.ts";
import { countMetaAlerts } from "../storage/meta-alerts.ts";
import type { createNotificationStore } from "../storage/notification-store.ts";
import type { QueryObserver } from "../storage/query-observer.ts";
import type { Queue } from "../storage/queue.ts";
import { reserveConnections } from "../storage/reserved-connections.ts";
import { createGroupedStore } from "../webhooks/grouped-store.ts";
import { createIngest } from "../webhooks/ingest.ts";
import type { WebhookParts } from "../webhooks/routes.ts";
import { elapsedMs } from "./clock.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { createNotificationLog, observeNotificationsWith } from "./telemetry/notification-log.ts";
import { watchMetaAlerts } from "./telemetry/watch-meta-alerts.ts";
import type { WebhookMetrics } from "./telemetry/webhook-metrics.ts";

export async function startWebhooks(parts: {
  readonly account: Account;
  readonly settings: DatabaseSettings;
  readonly database: Database;
  readonly queue: Pick<Queue, "send">;
  /** Told of the queries that store notifications. Default: nobody is. */
  readonly queries?: QueryObserver | null;
  readonly createStore: typeof createNotificationStore;
  readonly metrics: WebhookMetrics;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}): Promise<WebhookParts> {
  const { account, settings, database, queue, createStore, metrics, log, lifecycle } = parts;
  const reserved = await reserveConnections(settings, database, log, parts.queries);
  lifecycle.add("webhook connections", reserved.stop);
  const alerts = watchMetaAlerts(
    () => countMetaAlerts(database.server, account.id),
    (counts) => metrics.setMetaAlerts(counts),
  );
  lifecycle.add("alert watch", () => alerts.stop());
  const store = createStore(reserved.db, queue, account.id);
  const ingest = createIngest({
    account,
    store: createGroupedStore(store, reserved.count),
    observer: observeNotificationsWith(metrics, createNotificationLog(log, elapsedMs), alerts),
    elapsedMs,
  });
  return { ingest, verifyToken: account.verifyToken };
}
