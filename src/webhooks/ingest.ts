// A webhook POST from raw bytes to a status. 200 means committed: it is said after the transaction and never before, and
// everything else makes Meta send the same again, for days if need be.

import type { Account } from "../protocol/account.ts";
import { type NotificationItem, parseNotification } from "../protocol/notification.ts";
import { verifySignature } from "../protocol/signature.ts";
import type {
  NotificationKind,
  NotificationObserver,
  NotificationStore,
  StoredItem,
} from "./ports.ts";

export type IngestDependencies = {
  readonly account: Account;
  readonly store: NotificationStore;
  readonly observer: NotificationObserver;
  /** Milliseconds within which a POST is answered; default 1,800. */
  readonly deadlineMs?: number;
};

/** Answers one POST. Never rejects. */
export type Ingest = (
  body: Buffer,
  signature: string | readonly string[] | undefined,
) => Promise<200 | 401 | 503>;

/** Meta expects an answer within seconds, and the balancer before it too. */
const DEADLINE_MS = 1_800;

export function createIngest(deps: IngestDependencies): Ingest {
  return async (body, signature) => {
    if (verifySignature(signature, body, deps.account.appSecrets) !== "valid") {
      deps.observer.refused(401);
      return 401;
    }
    const items = parseNotification(body);
    countPassedOver(deps.observer, items);
    const kept = items.filter(isKept);
    if (kept.length === 0) return 200;
    return storeInTime(deps, kept);
  };
}

/**
 * A transaction that outlasts the deadline may still commit: that is as good as not knowing, so it is answered 503, and
 * the unique keys absorb what Meta sends again.
 */
async function storeInTime(
  deps: IngestDependencies,
  items: readonly StoredItem[],
): Promise<200 | 503> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error("the notification was not committed in time")),
    deps.deadlineMs ?? DEADLINE_MS,
  );
  const storing = deps.store.store(items);
  try {
    const counts = await Promise.race([storing, late.promise]);
    const kinds = ["response_message", "flow_event", "unreadable"] as const;
    const stored = [counts.responseMessages, counts.flowEvents, counts.quarantined];
    for (const [i, kind] of kinds.entries()) {
      const fresh = stored[i] ?? 0;
      deps.observer.counted(kind, "stored", fresh);
      deps.observer.counted(kind, "repeated", countOf(items, kind) - fresh);
    }
    return 200;
  } catch (cause) {
    for (const item of items) deps.observer.counted(KINDS[item.kind], "failed", 1);
    deps.observer.failed(cause);
    return 503;
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail; it is answered for.
    storing.catch(() => {});
  }
}

const KINDS = {
  "response-message": "response_message",
  "flow-event": "flow_event",
  unreadable: "unreadable",
} as const satisfies Record<StoredItem["kind"], NotificationKind>;

function isKept(item: NotificationItem): item is StoredItem {
  return item.kind !== "passed-over";
}

function countOf(items: readonly StoredItem[], kind: NotificationKind): number {
  return items.filter((item) => KINDS[item.kind] === kind).length;
}

function countPassedOver(observer: NotificationObserver, items: readonly NotificationItem[]): void {
  for (const item of items) {
    if (item.kind === "passed-over") observer.counted(item.what, "passed-over", 1);
  }
}
