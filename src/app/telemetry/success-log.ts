// One log line per exchange that went well. Those that went wrong have theirs from the exchange log, so that each exchange
// has one.

import type { ExchangeObserver } from "../../endpoint/ports.ts";
import type { Log } from "../../flows/services.ts";

export function createSuccessLog(log: Pick<Log, "info">): ExchangeObserver {
  return {
    answered: ({ flow, action, screen, fault, replayed }, status, durationMs) => {
      if (fault !== null) return;
      const ms = Math.round(durationMs);
      log.info({ flow, action, screen, status, ms, ...(replayed ? { replayed } : {}) }, "answered");
    },
    clientError: () => {},
  };
}
