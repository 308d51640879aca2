// One log line per exchange that went wrong, with what to do about it.

import type { ExchangeObserver, ExchangeReport } from "../../endpoint/ports.ts";
import type { Log } from "../../flows/services.ts";
import { type FaultCode, FAULTS } from "../../protocol/faults.ts";

/** Faults that anyone can cause without an app secret: they must not be able to fill a disk. */
const SAMPLED: ReadonlySet<FaultCode> = new Set(["BAD_SIGNATURE"]);
const SAMPLE_EVERY_MS = 1_000;

export function createExchangeLog(log: Log, elapsedMs: () => number): ExchangeObserver {
  let lastSampleMs = -SAMPLE_EVERY_MS;
  let suppressed = 0;
  return {
    answered: (report, status, durationMs) => {
      if (report.fault === null) return;
      const fields = fieldsOf(report, status, durationMs);
      if (!SAMPLED.has(report.fault)) return write(log, report.fault, fields);
      if (elapsedMs() - lastSampleMs < SAMPLE_EVERY_MS) {
        suppressed++;
        return;
      }
      lastSampleMs = elapsedMs();
      write(log, report.fault, { ...fields, ...(suppressed === 0 ? {} : { suppressed }) });
      suppressed = 0;
    },
    clientError: (flow, error) =>
      log.warn({ flow, error }, "WhatsApp could not use an answer of this flow"),
  };
}

function write(log: Log, fault: FaultCode, fields: Readonly<Record<string, unknown>>): void {
  const { level, fix } = FAULTS[fault];
  log[level](fields, fix);
}

function fieldsOf(
  report: Readonly<ExchangeReport>,
  status: number,
  durationMs: number,
): Readonly<Record<string, unknown>> {
  const { flow, action, screen, fault, reason, cause } = report;
  return {
    flow,
    action,
    screen,
    fault,
    status,
    ms: Math.round(durationMs),
    ...(reason === null ? {} : { reason }),
    ...(cause === null ? {} : { err: cause }),
  };
}

/** Tells several observers the same. */
export function observeWith(...observers: readonly ExchangeObserver[]): ExchangeObserver {
  return {
    answered: (...told) => {
      for (const observer of observers) observer.answered(...told);
    },
    clientError: (...told) => {
      for (const observer of observers) observer.clientError(...told);
    },
  };
}
