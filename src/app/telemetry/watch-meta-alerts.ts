// Keeps the gauge of Meta's alerts true on every instance, whichever of them received the webhook, and after a restart.

import type { MetaAlertCounts } from "../../storage/meta-alerts.ts";
import type { NotificationObserver } from "../../webhooks/ports.ts";

export interface MetaAlertWatch extends NotificationObserver {
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 15_000;

/**
 * @param read  which alerts are on
 * @param tell  told what was read; after a failure to read, the last counts stand
 */
export function watchMetaAlerts(
  read: () => Promise<MetaAlertCounts>,
  tell: (counts: MetaAlertCounts) => void,
): MetaAlertWatch {
  // One after the other, so that no older reading overwrites a newer one. Whether the database is up is readiness' to tell.
  let looking: Promise<void> = Promise.resolve();
  const look = (): void => {
    looking = looking.then(read).then(tell, () => {});
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    received: (report) => {
      if (report.newFlowEvents.length > 0) look();
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
