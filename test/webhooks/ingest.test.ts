import { describe, expect, it } from "vitest";
import { createIngest, type Ingest, NotCommittedInTime } from "../../src/webhooks/ingest.ts";
import type { KeptItem, NotificationReport, NotificationStore } from "../../src/webhooks/ports.ts";
import {
  APP_SECRET,
  completionPost,
  flowsChange,
  messagesChange,
  notificationOf,
  responseMessage,
  signed,
} from "./notification.ts";

type Stored = ReadonlySet<KeptItem>;

const ALL_FOUND: Stored = new Set();

type Given = {
  readonly store: NotificationStore["store"];
  readonly deadlineMs?: number;
};

function createTestIngest({ store, deadlineMs = 60_000 }: Given): {
  readonly ingest: Ingest;
  readonly reports: NotificationReport[];
} {
  const reports: NotificationReport[] = [];
  const ingest = createIngest({
    account: { appSecrets: [APP_SECRET] },
    store: { store },
    observer: { received: (report) => void reports.push(report) },
    elapsedMs: () => 0,
    deadlineMs,
  });
  return { ingest, reports };
}

function receive(ingest: Ingest, post: ReturnType<typeof signed>): Promise<number> {
  return ingest.receive(post.body, [post.headers["x-hub-signature-256"] ?? ""]);
}

describe("a webhook POST", () => {
  it("is answered 200 only after the store has committed", async () => {
    const order: string[] = [];
    const committed = Promise.withResolvers<Stored>();
    const { ingest } = createTestIngest({ store: () => committed.promise });

    const answered = receive(ingest, completionPost("a")).then((status) => {
      order.push(`answered ${status}`);
    });
    await Promise.resolve();
    order.push("committed");
    committed.resolve(ALL_FOUND);
    await answered;

    expect(order).toEqual(["committed", "answered 200"]);
  });

  it("is answered 503 when nothing could be stored, and counted as failed", async () => {
    const cause = new Error("away");
    const { ingest, reports } = createTestIngest({ store: () => Promise.reject(cause) });
    const text = messagesChange([{ type: "text" }]);
    const post = signed(notificationOf(messagesChange([responseMessage("a")]), text, null));

    const status = await receive(ingest, post);

    expect(status).toBe(503);
    expect(reports).toEqual([expect.objectContaining({ status: 503, cause })]);
    expect(reports[0]?.counts.filter(({ count }) => count > 0)).toEqual([
      { kind: "response_message", result: "failed", count: 1 },
      { kind: "unreadable", result: "failed", count: 1 },
    ]);
  });

  it("is answered 503 at its deadline, and the store is told", async () => {
    let told: AbortSignal | undefined;
    const { ingest, reports } = createTestIngest({
      deadlineMs: 1,
      store: (_items, signal) => {
        told = signal;
        return new Promise(() => {});
      },
    });

    const status = await receive(ingest, completionPost("a"));

    expect(status).toBe(503);
    expect(told?.aborted).toBe(true);
    expect(reports[0]?.cause).toBeInstanceOf(NotCommittedInTime);
  });

  it("may fail after its deadline without anybody noticing", async () => {
    const late = Promise.withResolvers<Stored>();
    const { ingest, reports } = createTestIngest({ deadlineMs: 1, store: () => late.promise });

    const status = await receive(ingest, completionPost("a"));
    late.reject(new Error("too late"));
    await late.promise.catch(() => {});

    expect(status).toBe(503);
    expect(reports).toHaveLength(1);
  });

  it("does not ask the store when there is nothing to keep", async () => {
    const { ingest, reports } = createTestIngest({
      store: () => Promise.reject(new Error("asked")),
    });
    const post = signed(notificationOf({ field: "messages", value: { statuses: [{}, {}] } }));

    const status = await receive(ingest, post);

    expect(status).toBe(200);
    expect(reports[0]?.counts).toContainEqual({ kind: "status", result: "passed_over", count: 2 });
  });

  it("is not looked into without a valid signature", async () => {
    const asked: (readonly KeptItem[])[] = [];
    const { ingest, reports } = createTestIngest({
      store: async (items) => {
        asked.push(items);
        return ALL_FOUND;
      },
    });

    const status = await ingest.receive(completionPost("a").body, []);

    expect(status).toBe(401);
    expect(asked).toEqual([]);
    expect(reports).toEqual([expect.objectContaining({ status: 401, counts: [] })]);
  });

  it("tells apart what is new and what had been there", async () => {
    const { ingest, reports } = createTestIngest({
      // One of each kind but the last.
      store: async (items) => new Set([items[0], items[2]].filter((item) => item !== undefined)),
    });
    const messages = messagesChange([responseMessage("a"), responseMessage("b")]);
    const names = ["ENDPOINT_LATENCY", "CLIENT_ERROR_RATE"];
    const events = names.map((event) => flowsChange({ event, flow_id: "1" }));
    const post = signed(notificationOf(messages, ...events, "odd"));

    await receive(ingest, post);

    expect(reports[0]?.counts.filter(({ count }) => count > 0)).toEqual([
      { kind: "response_message", result: "stored", count: 1 },
      { kind: "flow_event", result: "stored", count: 1 },
      { kind: "response_message", result: "repeated", count: 1 },
      { kind: "flow_event", result: "repeated", count: 1 },
      { kind: "unreadable", result: "repeated", count: 1 },
    ]);
    expect(reports[0]?.newFlowEvents.map(({ event: name }) => name)).toEqual(["ENDPOINT_LATENCY"]);
    expect(reports[0]?.quarantineReasons).toEqual([]);
  });
});
