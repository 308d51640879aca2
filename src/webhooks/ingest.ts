// A webhook POST from raw bytes to a status. 200 means committed: it is said after the transaction and never before, and
// everything else makes Meta send the same again, for days if need be.

import type { Account } from "../protocol/account.ts";
import { type NotificationItem, parseNotification } from "../protocol/notification.ts";
import { verifySignature } from "../protocol/signature.ts";
import type {
  KeptItem,
  NotificationCount,
  NotificationKind,
  NotificationObserver,
  NotificationReport,
  NotificationStore,
} from "./ports.ts";

export type IngestDependencies = {
  readonly account: Pick<Account, "appSecrets">;
  readonly store: NotificationStore;
  readonly observer: NotificationObserver;
  readonly elapsedMs: () => number;
  /** Milliseconds from the whole body received to the answer; default 1,700. */
  readonly deadlineMs?: number;
};

export interface Ingest {
  /**
   * Answers one POST. Never rejects.
   *
   * @param signature  `X-Hub-Signature-256`, every value of it
   */
  receive(body: Buffer, signature: readonly string[]): Promise<200 | 401 | 503>;
  /** Takes note of a POST that was too large to be read. */
  refuseTooLarge(): void;
}

/** The transaction was not committed within the deadline; it may still be. */
export class NotCommittedInTime extends Error {
  override readonly name = "NotCommittedInTime";
}

/** The contract says 2 s; the rest is for reading the request and writing the answer. */
const DEADLINE_MS = 1_700;

const KINDS = {
  "response-message": "response_message",
  "flow-event": "flow_event",
  unreadable: "unreadable",
} as const satisfies Record<KeptItem["kind"], NotificationKind>;

export function createIngest(deps: IngestDependencies): Ingest {
  const { account, store, observer, elapsedMs, deadlineMs = DEADLINE_MS } = deps;

  return {
    async receive(body, signature) {
      const startedMs = elapsedMs();
      const report = (told: Partial<NotificationReport> & Pick<NotificationReport, "status">) =>
        observer.received({ ...EMPTY, durationMs: elapsedMs() - startedMs, ...told });

      if (verifySignature(signature, body, account.appSecrets) !== "valid") {
        report({ status: 401 });
        return 401;
      }
      const items = parseNotification(body);
      const kept = items.filter(isKept);
      let fresh: ReadonlySet<KeptItem>;
      try {
        const leftMs = deadlineMs - (elapsedMs() - startedMs);
        fresh = kept.length === 0 ? new Set() : await storeWithin(leftMs, store, kept);
      } catch (cause) {
        report({ status: 503, cause, counts: countFailed(kept) });
        return 503;
      }
      report({
        status: 200,
        counts: [...countPassedOver(items), ...countKept(kept, fresh)],
        newFlowEvents: kept
          .filter((item) => item.kind === "flow-event")
          .filter((event) => fresh.has(event)),
        quarantineReasons: reasonsIn(kept.filter((item) => fresh.has(item))),
      });
      return 200;
    },

    refuseTooLarge: () => observer.received({ ...EMPTY, status: 413 }),
  };
}

const EMPTY: Omit<NotificationReport, "status"> = {
  durationMs: 0,
  counts: [],
  newFlowEvents: [],
  quarantineReasons: [],
  cause: null,
};

/**
 * A transaction that outlasts the deadline may still commit, which is as good as not knowing: the unique keys absorb
 * what Meta then sends again.
 */
async function storeWithin(
  limitMs: number,
  store: NotificationStore,
  items: readonly KeptItem[],
): Promise<ReadonlySet<KeptItem>> {
  const deadline = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new NotCommittedInTime(`not committed within ${Math.round(limitMs)} ms`);
    deadline.abort(error);
    late.reject(error);
  }, limitMs);
  const storing = store.store(items, deadline.signal);
  try {
    return await Promise.race([storing, late.promise]);
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail; it is answered for.
    storing.catch(() => {});
  }
}

function isKept(item: NotificationItem): item is KeptItem {
  return item.kind !== "passed-over";
}

function reasonsIn(items: readonly KeptItem[]): readonly string[] {
  return [...new Set(items.flatMap((item) => (item.kind === "unreadable" ? [item.reason] : [])))];
}

function countPassedOver(items: readonly NotificationItem[]): readonly NotificationCount[] {
  return (["message", "status", "field"] as const).map((what) => ({
    kind: what,
    result: "passed_over",
    count: items.filter((item) => item.kind === "passed-over" && item.what === what).length,
  }));
}

function countKept(
  items: readonly KeptItem[],
  fresh: ReadonlySet<KeptItem>,
): readonly NotificationCount[] {
  const stored = countByKind(items.filter((item) => fresh.has(item)));
  const repeated = countByKind(items.filter((item) => !fresh.has(item)));
  return [
    ...stored.map((each) => ({ ...each, result: "stored" as const })),
    ...repeated.map((each) => ({ ...each, result: "repeated" as const })),
  ];
}

function countFailed(items: readonly KeptItem[]): readonly NotificationCount[] {
  return countByKind(items).map(({ kind, count }) => ({ kind, result: "failed", count }));
}

function countByKind(items: readonly KeptItem[]) {
  return Object.values(KINDS).map((kind) => ({
    kind,
    count: items.filter((item) => KINDS[item.kind] === kind).length,
  }));
}
