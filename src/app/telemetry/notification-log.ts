// One log line per webhook POST that went wrong and per alert of Meta's, with what to do about it.

import type { Log } from "../../flows/services.ts";
import { adviseOn, type FlowEvent } from "../../protocol/flow-event.ts";
import type { NotificationObserver, NotificationReport } from "../../webhooks/ports.ts";
import { createLogSampler } from "./log-sampler.ts";

/** By status; `null`: nothing to say. */
const ADVICE = {
  200: null,
  401: {
    level: "warn",
    fix: "a webhook POST was not signed with WHATSAPP_APP_SECRET; compare it with the dashboard of the app whose webhooks come here",
  },
  413: {
    level: "warn",
    fix: "a webhook POST was over 4 MiB, more than Meta sends; if it is Meta's after all, it comes again for days and is lost then",
  },
  503: {
    level: "error",
    fix: "a webhook POST could not be committed; Meta sends it again, but not for ever: see the database",
  },
} as const satisfies Record<NotificationReport["status"], unknown>;

export function createNotificationLog(log: Log, elapsedMs: () => number): NotificationObserver {
  const sample = createLogSampler(elapsedMs);
  return {
    received(report) {
      const advice = ADVICE[report.status];
      const suppressed = advice === null ? null : sample(String(report.status));
      if (advice !== null && suppressed !== null) {
        log[advice.level](fieldsOf(report, suppressed), advice.fix);
      }
      if (report.quarantineReasons.length > 0) {
        log.warn(
          { reasons: report.quarantineReasons },
          "a signed webhook POST could not be read in whole; the rest of it is in the table flowpoint_server.quarantine",
        );
      }
      for (const event of report.newFlowEvents) logFlowEvent(log, event);
    },
  };
}

function fieldsOf(report: NotificationReport, suppressed: number): Record<string, unknown> {
  return {
    status: report.status,
    ms: Math.round(report.durationMs),
    ...(report.cause === null ? {} : { err: report.cause }),
    ...(suppressed === 0 ? {} : { suppressed }),
  };
}

/** Meta's id of the flow stands here and in no metric: nothing says which of the loaded flows it is. */
function logFlowEvent(log: Log, event: FlowEvent): void {
  const { level, fix } = adviseOn(event);
  const { flowId, isAlarm, newStatus, threshold, measured, errors } = event;
  log[level](
    {
      metaAlert: event.event,
      flowId,
      ...(isAlarm === null ? {} : { isAlarm }),
      ...(newStatus === null ? {} : { newStatus }),
      ...(threshold === null ? {} : { threshold }),
      ...measured,
      ...(errors.length === 0 ? {} : { errors }),
    },
    fix,
  );
}

/** Tells several observers the same. */
export function observeNotificationsWith(
  ...observers: readonly NotificationObserver[]
): NotificationObserver {
  return {
    received: (report) => {
      for (const observer of observers) observer.received(report);
    },
  };
}
