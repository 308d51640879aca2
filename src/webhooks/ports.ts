// What the webhook needs from outside.

import type { NotificationItem } from "../protocol/notification.ts";

/** Items that are kept; the rest is only counted. */
export type StoredItem = Exclude<NotificationItem, { readonly kind: "passed-over" }>;

/** How many items were new, by kind; a repeated delivery counts nothing. */
export type StoredCounts = {
  readonly responseMessages: number;
  readonly flowEvents: number;
  readonly quarantined: number;
};

export interface NotificationStore {
  /**
   * Stores all items, and what processing them needs, in one transaction. Items that are there already are left as
   * they are.
   *
   * @throws when nothing was stored, or when that is not known
   */
  store(items: readonly StoredItem[]): Promise<StoredCounts>;
}

export type NotificationKind =
  | "response_message"
  | "flow_event"
  | "message"
  | "status"
  | "field"
  | "unreadable";

/** Told about every POST: metrics and log lines. */
export interface NotificationObserver {
  /** `stored`: new and committed; `repeated`: had been there; `passed-over`: of no concern; `failed`: answered 503. */
  counted(
    kind: NotificationKind,
    result: "stored" | "repeated" | "passed-over" | "failed",
    count: number,
  ): void;
  refused(status: 401 | 413): void;
  failed(cause: unknown): void;
}
