// What the webhook needs from outside, and the values that pass through it.

import type { FlowEvent } from "../protocol/flow-event.ts";
import type { NotificationItem, PassedOver } from "../protocol/notification.ts";

/** Items that are kept; the rest is only counted. */
export type KeptItem = Exclude<NotificationItem, PassedOver>;

export interface NotificationStore {
  /**
   * Stores all items, and the jobs that process them, in one transaction. Items that are there already are left as
   * they are.
   *
   * @param signal  aborted: nobody waits any more, so nothing is begun
   * @returns those of the items that are new
   * @throws when nothing was stored, or when that is not known
   */
  store(items: readonly KeptItem[], signal: AbortSignal): Promise<ReadonlySet<KeptItem>>;
}

export type NotificationKind =
  | "response_message"
  | "flow_event"
  | "unreadable"
  | "message"
  | "status"
  | "field";

/** `stored`: new and committed; `repeated`: had been there; `passed_over`: of no concern; `failed`: not committed. */
export type NotificationResult = "stored" | "repeated" | "passed_over" | "failed";

export type NotificationCount = {
  readonly kind: NotificationKind;
  readonly result: NotificationResult;
  readonly count: number;
};

/** What became of one POST. */
export type NotificationReport = {
  readonly status: 200 | 401 | 413 | 503;
  readonly durationMs: number;
  readonly counts: readonly NotificationCount[];
  readonly newFlowEvents: readonly FlowEvent[];
  /** Why items went to quarantine: names, never values. */
  readonly quarantineReasons: readonly string[];
  /** Why it could not be committed. */
  readonly cause: unknown;
};

/** Told about every POST: metrics and log lines. */
export interface NotificationObserver {
  received(report: NotificationReport): void;
}
