// What one POST leaves in the database, on both databases. That the pipeline asks for it is test/webhooks' to show.

import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { countMetaAlerts } from "../../src/storage/meta-alerts.ts";
import type { FlowEvent } from "../../src/protocol/flow-event.ts";
import type { ResponseMessage, Unreadable } from "../../src/protocol/notification.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createNotificationStore } from "../../src/storage/notification-store.ts";
import type { Queue } from "../../src/storage/queue.ts";
import type { KeptItem } from "../../src/webhooks/ports.ts";
import { runOn } from "../helpers/postgres.ts";
import { requirePart } from "../parts/require-part.ts";
import { DATABASES, type PreparedDatabase, preparePostgres } from "../webhooks/webhook-server.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const never = new AbortController().signal;

for (const { name, describeOn, prepare } of DATABASES) {
  describeOn(`the notification store ${name}`, () => {
    let prepared: PreparedDatabase;
    let database: Database;

    beforeAll(async () => {
      prepared = await prepare();
      database = await openDatabase(prepared.settings, silent);
    });

    beforeEach(async () => {
      const { completions, flow_events, quarantine } = TABLES;
      await sql`truncate ${completions}, ${flow_events}, ${quarantine}`.execute(database.root);
    });

    afterAll(async () => {
      await database.stop();
      await prepared.remove();
    });

    it("sends a job for every new completion, and for no other", async () => {
      const { queue, sent } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");

      const first = await store.store([message("a"), message("b")], never);
      const second = await store.store([message("b"), message("c")], never);

      expect([idsOf(first), idsOf(second)]).toEqual([["a", "b"], ["c"]]);
      const ids = await database.server.selectFrom("completions").select("id").execute();
      expect(sent.toSorted()).toEqual(ids.map(({ id }) => id).toSorted());
    });

    it("tells the first of several that are the same", async () => {
      const { queue } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");
      const items = [message("a"), message("a"), unreadable("x"), unreadable("x")];

      const stored = await store.store(items, never);

      expect(items.map((item) => stored.has(item))).toEqual([true, false, true, false]);
    });

    it("stores nothing when a job cannot be sent", async () => {
      const queue = { send: () => Promise.reject(new Error("no queue")) };
      const store = createNotificationStore(database.root, queue, "main");

      const stored = store.store([message("a"), event("k"), unreadable("x")], never);

      await expect(stored).rejects.toThrow("no queue");
      expect(await count(database)).toEqual([0, 0, 0]);
    });

    it("begins nothing for a POST that nobody waits for any more", async () => {
      const { queue } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");

      const stored = store.store([message("a")], AbortSignal.abort(new Error("too late")));

      await expect(stored).rejects.toThrow("too late");
      expect(await count(database)).toEqual([0, 0, 0]);
    });

    it("stores more rows than one statement takes", async () => {
      const { queue, sent } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");
      const numbers = Array.from({ length: 1_999 }, (_, n) => String(n));

      const stored = await store.store(
        [...numbers.map(message), ...numbers.map(unreadable)],
        never,
      );

      expect(stored.size).toBe(2 * 1_999);
      expect(new Set(sent).size).toBe(1_999);
      expect(await count(database)).toEqual([1_999, 0, 1_999]);
    });

    it("keeps the same message of two accounts apart", async () => {
      const { queue } = recordingQueue();
      const stores = ["main", "other"].map((account) =>
        createNotificationStore(database.root, queue, account),
      );

      for (const store of stores) await store.store([message("a"), unreadable("x")], never);

      expect(await count(database)).toEqual([2, 0, 2]);
    });

    it("keeps what could not be read byte for byte", async () => {
      const { queue } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");
      const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);

      await store.store([{ kind: "unreadable", reason: "a reason", bytes }], never);

      const row = await database.server
        .selectFrom("quarantine")
        .select(["reason", "body"])
        .executeTakeFirstOrThrow();
      expect(row.reason).toBe("a reason");
      expect([...row.body]).toEqual([...bytes]);
    });

    it("tells which events of flows are new", async () => {
      const { queue } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");

      const first = await store.store([event("k1"), event("k2"), event("k1")], never);
      const second = await store.store([event("k2"), event("k3")], never);

      expect([idsOf(first), idsOf(second)]).toEqual([["k1", "k2"], ["k3"]]);
      const row = await database.server
        .selectFrom("flow_events")
        .selectAll()
        .where("event_key", "=", "k1")
        .executeTakeFirstOrThrow();
      expect(row).toMatchObject({
        event: "ENDPOINT_LATENCY",
        flow_id: "1",
        is_alarm: true,
        threshold: 1000,
        occurred_at: new Date(1_790_000_000_000),
        body: "{}",
      });
    });

    it.each<[string, readonly Partial<FlowEvent>[], object]>([
      ["begins", [at(1, { isAlarm: true })], { ENDPOINT_LATENCY: 1 }],
      ["ends", [at(1, { isAlarm: true }), at(2, { isAlarm: false })], { ENDPOINT_LATENCY: 0 }],
      [
        "ends, told in the wrong order",
        [at(2, { isAlarm: false }), at(1, { isAlarm: true })],
        { ENDPOINT_LATENCY: 0 },
      ],
      [
        "begins again",
        [at(1, { isAlarm: true }), at(2, { isAlarm: false }), at(3, { isAlarm: true })],
        { ENDPOINT_LATENCY: 1 },
      ],
      [
        "begins over two thresholds, and ends at the higher",
        [
          at(1, { isAlarm: true, threshold: 1000 }),
          at(2, { isAlarm: true, threshold: 5000 }),
          at(3, { isAlarm: false, threshold: 5000 }),
        ],
        { ENDPOINT_LATENCY: 1 },
      ],
      [
        "begins over two thresholds, and ends at the lower",
        [
          at(1, { isAlarm: true, threshold: 1000 }),
          at(2, { isAlarm: true, threshold: 5000 }),
          at(3, { isAlarm: false, threshold: 1000 }),
        ],
        { ENDPOINT_LATENCY: 0 },
      ],
      [
        "begins for two flows, and ends for one",
        [
          at(1, { isAlarm: true, flowId: "1" }),
          at(1, { isAlarm: true, flowId: "2" }),
          at(2, { isAlarm: true, flowId: "2" }),
          at(3, { isAlarm: false, flowId: "1" }),
        ],
        { ENDPOINT_LATENCY: 1 },
      ],
      [
        "of one kind ends, and not that of another",
        [at(1, { isAlarm: true }), at(2, { isAlarm: false, event: "ENDPOINT_AVAILABILITY" })],
        { ENDPOINT_LATENCY: 1, ENDPOINT_AVAILABILITY: 0 },
      ],
      [
        "has no end, and is over after a month",
        [
          at(0, { isAlarm: true, event: "FLOW_VERSION_EXPIRY_WARNING", flowId: "old" }),
          { isAlarm: true, event: "FLOW_VERSION_EXPIRY_WARNING", occurredAtSeconds: null },
        ],
        { FLOW_VERSION_EXPIRY_WARNING: 1 },
      ],
    ])("counts an alert that %s", async (_how, events, expected) => {
      const { queue } = recordingQueue();
      const store = createNotificationStore(database.root, queue, "main");

      for (const [n, each] of events.entries()) {
        await store.store([{ ...event(`k${n}`), ...each }], never);
      }

      expect(await countMetaAlerts(database.server, "main")).toMatchObject(expected);
      expect(await countMetaAlerts(database.server, "other")).toMatchObject({
        ENDPOINT_LATENCY: 0,
      });
    });
  });
}

requirePart("postgres")("two notification stores over one Postgres", () => {
  it("do not deadlock over the same messages in two orders", async () => {
    const { settings } = await preparePostgres();
    const messages = Array.from({ length: 101 }, (_, n) => message(`batch.${n}`));
    const { queue, sent } = recordingQueue();
    const one = storeWithoutLimits(settings.url, queue);
    const other = storeWithoutLimits(settings.url, queue);

    // With the one in the middle taken by somebody else, each gets as far as its own half.
    await runOn(settings.url, async (holder) => {
      await holder.query(
        `begin; insert into flowpoint_server.completions (account, message_id, message)
         values ('main', 'batch.50', '')`,
      );
      const storing = [
        one.store.store(messages, never),
        other.store.store(messages.toReversed(), never),
      ];
      await untilWaiting(settings.url, 2);
      await holder.query("rollback");
      await Promise.all(storing);
    });

    expect(new Set(sent).size).toBe(101);
    await Promise.all([one.stop(), other.stop()]);
  });
});

/** Without the time limits that would end a deadlock before Postgres finds it. */
function storeWithoutLimits(url: string, queue: Pick<Queue, "send">) {
  const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) });
  const db = new Kysely<unknown>({ dialect });
  return { store: createNotificationStore(db, queue, "main"), stop: () => db.destroy() };
}

/** Until so many connections to the database wait for a lock. */
async function untilWaiting(url: string, wanted: number): Promise<void> {
  await runOn(url, async (client) => {
    for (let waiting = 0; waiting < wanted;) {
      const { rowCount } = await client.query(
        `select from pg_stat_activity
         where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
      );
      waiting = rowCount ?? 0;
    }
  });
}

const TABLES = {
  completions: sql.table("flowpoint_server.completions"),
  flow_events: sql.table("flowpoint_server.flow_events"),
  quarantine: sql.table("flowpoint_server.quarantine"),
};

function recordingQueue(): { readonly queue: Pick<Queue, "send">; readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    queue: {
      send: async (_trx, name, data) => {
        expect(name).toBe("completion");
        sent.push(...data.map(({ completionId }) => completionId));
      },
    },
  };
}

/** Of messages and events. */
function idsOf(items: ReadonlySet<KeptItem>): readonly string[] {
  return [...items].map((item) => {
    if (item.kind === "unreadable") throw new Error("what is unreadable has no id");
    return item.kind === "flow-event" ? item.eventKey : item.messageId;
  });
}

function message(id: string): ResponseMessage {
  return {
    kind: "response-message",
    messageId: id,
    userId: null,
    phone: null,
    contextMessageId: null,
    flowToken: null,
    messageJson: "{}",
  };
}

function unreadable(content: string): Unreadable {
  return { kind: "unreadable", reason: "odd", bytes: new TextEncoder().encode(content) };
}

function event(eventKey: string): FlowEvent {
  return {
    kind: "flow-event",
    eventKey,
    event: "ENDPOINT_LATENCY",
    flowId: "1",
    occurredAtSeconds: 1_790_000_000,
    isAlarm: true,
    threshold: 1000,
    newStatus: null,
    measured: {},
    errors: [],
    eventJson: "{}",
  };
}

function at(seconds: number, others: Partial<FlowEvent>): Partial<FlowEvent> {
  return { occurredAtSeconds: 1_600_000_000 + seconds, ...others };
}

async function count({ root }: Database): Promise<readonly number[]> {
  const { rows } = await sql<Record<string, number>>`
    select
      (select count(*)::int from ${TABLES.completions}) as a,
      (select count(*)::int from ${TABLES.flow_events}) as b,
      (select count(*)::int from ${TABLES.quarantine}) as c
  `.execute(root);
  return Object.values(rows[0] ?? {});
}
