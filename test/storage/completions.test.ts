import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { CompletionUpkeep } from "../../src/completions/housekeeping.ts";
import { createHousekeeping } from "../../src/completions/housekeeping.ts";
import {
  type CompletionFilter,
  findCompletion,
  findFilteredIds,
  listCompletions,
} from "../../src/storage/completion-list.ts";
import { readCompletionStatistics } from "../../src/storage/completion-statistics.ts";
import {
  createCompletionUpkeep,
  findCompletionIds,
  giveUpCompletions,
  replayCompletions,
} from "../../src/storage/completions.ts";
import { listJobs } from "../../src/storage/jobs.ts";
import { captureLog } from "../helpers/capture-log.ts";
import {
  ACCOUNT,
  openProcessing,
  type ProcessingDatabase,
} from "../completions/processing-database.ts";
import { describeOnBoth } from "./open-database.ts";

const MATCH = { flow: "drill", matchedBy: "token" } as const;
const NOBODY = "00000000-0000-4000-8000-000000000000";

describeOnBoth("completions", (open) => {
  let processing: ProcessingDatabase;
  let upkeep: CompletionUpkeep;

  beforeAll(async () => {
    processing = await openProcessing(open);
    upkeep = createCompletionUpkeep(processing.database, processing.queue, ACCOUNT);
  });
  beforeEach(async () => {
    const { root } = processing.database;
    for (const table of [
      "completions",
      "forgotten_messages",
      "quarantine",
      "seen_tokens",
      "sent_messages",
    ]) {
      await sql`delete from ${sql.table(`flowpoint_server.${table}`)}`.execute(root);
    }
    await sql`delete from ${sql.table("flowpoint_server.once_results")}`.execute(root);
    await sql`delete from ${sql.table("flowpoint_jobs.job")}`.execute(root);
  });
  afterAll(() => processing.stop());

  /** As if what there is had happened so long ago. */
  async function age(interval: string, ...ids: readonly string[]): Promise<void> {
    await sql`
      update flowpoint_server.completions
      set received_at = received_at - ${interval}::interval, tried_at = tried_at - ${interval}::interval
      where id = any(${ids}::uuid[])
    `.execute(processing.database.root);
  }

  async function jobIds(queue: "completion" | "forward"): Promise<readonly string[]> {
    return (await listJobs(processing.database, { queue }, 100)).map(({ id }) => id);
  }

  async function removeJobs(): Promise<void> {
    await sql`delete from ${sql.table("flowpoint_jobs.job")}`.execute(processing.database.root);
  }

  async function listIds(filter: CompletionFilter): Promise<readonly string[]> {
    const page = { limit: 10, after: null };
    const { completions } = await listCompletions(
      processing.database.server,
      ACCOUNT,
      filter,
      page,
    );
    return completions.map(({ id }) => id);
  }

  it("name their user by the business-scoped id, and else by phone", async () => {
    const both = await processing.receive({ userId: "US.1", phone: "15550000001" });
    const phone = await processing.receive({ phone: "15550000001" });
    const neither = await processing.receive({ phone: null });

    const users = await Promise.all(
      [both, phone, neither].map(async (id) => (await processing.store.read(id))?.user),
    );

    expect(users).toEqual(["US.1", "15550000001", null]);
  });

  it("are never taken back from done by an attempt that comes too late", async () => {
    const id = await processing.receive();

    await processing.store.record(id, { state: "done", match: MATCH });
    await processing.store.record(id, { state: "failed", match: null });

    expect(await processing.store.read(id)).toMatchObject({
      state: "done",
      match: MATCH,
      attempts: 1,
    });
  });

  it("are forwarded by one job, however often that is asked for", async () => {
    const id = await processing.receive();

    await processing.store.queueForward(id, MATCH);
    await removeJobs();
    await processing.store.queueForward(id, null);

    expect(await jobIds("forward")).toEqual([]);
    expect(await processing.store.read(id)).toMatchObject({ isForwardQueued: true, match: MATCH });
  });

  it("of no flow are looked at again, the longer after each other the older they get", async () => {
    const [young, due, old, oldDue] = [
      await processing.receive(),
      await processing.receive(),
      await processing.receive(),
      await processing.receive(),
    ];
    for (const id of [young, due, old, oldDue]) {
      await processing.store.record(id, { state: "unmatched", match: null });
    }
    await age("11 minutes", due);
    // Received three days ago and looked at after a day, or after two.
    await sql`
      update flowpoint_server.completions set received_at = now() - interval '3 days',
        tried_at = now() - case when id = ${oldDue}::uuid then interval '2 days' else interval '1 day' end
      where id in (${old}, ${oldDue})
    `.execute(processing.database.root);
    await removeJobs();

    const retried = await upkeep.retryUnmatched("due");

    expect(retried).toBe(2);
    expect((await jobIds("completion")).toSorted()).toEqual([due, oldDue].toSorted());
    expect(await upkeep.retryUnmatched("all")).toBe(4);
    expect(await jobIds("completion")).toHaveLength(4);
  });

  it("are dead when their job is, also where no attempt could say so", async () => {
    const [dead, alive] = [await processing.receive(), await processing.receive()];
    await sql`update flowpoint_jobs.job set state = 'failed' where id = ${dead}`.execute(
      processing.database.root,
    );

    expect(await upkeep.recordDead()).toBe(1);

    expect((await processing.store.read(dead))?.state).toBe("dead");
    expect((await processing.store.read(alive))?.state).toBe("received");
  });

  it("are replayed from the beginning, by either id", async () => {
    const [done, dead] = [
      await processing.receive({ messageId: "wamid.done" }),
      await processing.receive(),
    ];
    await processing.store.queueForward(done, MATCH);
    await processing.store.record(done, { state: "done", match: MATCH });
    await processing.store.recordForwarded(done);
    await processing.store.record(dead, { state: "dead", match: null });
    await sql`update flowpoint_jobs.job set state = 'failed', retry_count = 17`.execute(
      processing.database.root,
    );

    const replayed = await replayCompletions(processing.database, processing.queue, ACCOUNT, [
      "wamid.done",
      dead,
      NOBODY,
      "wamid.nobody",
    ]);

    expect(replayed.toSorted()).toEqual([done, dead].toSorted());
    expect(await processing.store.read(done)).toMatchObject({
      state: "received",
      attempts: 0,
      match: MATCH,
      isForwardQueued: false,
    });
    expect(await listJobs(processing.database, {}, 10)).toMatchObject([
      { queue: "completion", state: "waiting", attempts: 0 },
      { queue: "completion", state: "waiting", attempts: 0 },
    ]);
  });

  it("are given up unless they are done", async () => {
    const [done, failed] = [await processing.receive(), await processing.receive()];
    await processing.store.record(done, { state: "done", match: MATCH });
    await processing.store.record(failed, { state: "failed", match: null });

    await giveUpCompletions(processing.database.server, ACCOUNT, [done, failed]);

    expect((await processing.store.read(done))?.state).toBe("done");
    expect((await processing.store.read(failed))?.state).toBe("dead");
  });

  it("are listed newest first, by what is asked for", async () => {
    const [old, done, fresh] = [
      await processing.receive(),
      await processing.receive(),
      await processing.receive(),
    ];
    await age("2 days", old);
    await age("1 hour", done);
    await processing.store.record(done, { state: "done", match: MATCH });
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);

    expect(await listIds({})).toEqual([fresh, done, old]);
    expect(await listIds({ state: "done" })).toEqual([done]);
    expect(await listIds({ flow: "drill" })).toEqual([done]);
    expect(await listIds({ flow: "other" })).toEqual([]);
    expect(await listIds({ since: yesterday })).toEqual([fresh, done]);
    expect(await listIds({ until: yesterday })).toEqual([old]);
    expect(
      await findFilteredIds(processing.database.server, ACCOUNT, { state: "received" }, 10),
    ).toEqual([old, fresh]);
  });

  it("are listed page by page, each once, although others come in meanwhile", async () => {
    const { server } = processing.database;
    const ids = new Set<string>();
    for (let i = 0; i < 5; i++) ids.add(await processing.receive());
    // Within one millisecond, which is all that JavaScript tells apart.
    await sql`
      update flowpoint_server.completions
      set received_at = '2026-11-02T09:00:00.123456Z'::timestamptz
    `.execute(processing.database.root);

    const listed: string[] = [];
    let after: string | null = null;
    do {
      const page = await listCompletions(server, ACCOUNT, {}, { limit: 2, after });
      listed.push(...page.completions.map(({ id }) => id));
      after = page.next;
      await processing.receive();
    } while (after !== null);

    expect(listed).toHaveLength(5);
    expect(new Set(listed)).toEqual(ids);
  });

  it("are found by either id", async () => {
    const { server } = processing.database;
    const id = await processing.receive({ messageId: "wamid.mine" });

    expect(await findCompletion(server, ACCOUNT, id)).toMatchObject({ id, forwardedAt: null });
    expect(await findCompletion(server, ACCOUNT, "wamid.mine")).toMatchObject({ id });
    expect(await findCompletion(server, ACCOUNT, NOBODY)).toBeNull();
    expect(await findCompletion(server, "another", id)).toBeNull();
    expect(await findCompletionIds(server, [id, NOBODY])).toEqual(new Set([id]));
    expect(await findCompletionIds(server, [])).toEqual(new Set());
  });

  it("are counted by state, and tell how far processing is behind", async () => {
    const { server } = processing.database;
    const nothing = await readCompletionStatistics(server, ACCOUNT);
    const [waiting, done, longDone] = [
      await processing.receive(),
      await processing.receive(),
      await processing.receive(),
    ];
    await age("1 hour", waiting);
    for (const id of [done, longDone]) {
      await processing.store.record(id, { state: "done", match: MATCH });
    }
    await age("25 hours", longDone);

    const statistics = await readCompletionStatistics(server, ACCOUNT);

    expect(nothing).toEqual({
      counts: { received: 0, done: 0, failed: 0, dead: 0, unmatched: 0 },
      lagSeconds: 0,
    });
    expect(statistics.counts).toEqual({ received: 1, done: 1, failed: 0, dead: 0, unmatched: 0 });
    expect(Math.round(statistics.lagSeconds / 60)).toBe(60);
  });

  it("are deleted when they are past their time, and what belongs to them", async () => {
    const { server, root } = processing.database;
    const [expired, kept] = [await processing.receive(), await processing.receive()];
    await age("91 days", expired);
    await age("89 days", kept);
    const late = sql<Date>`now() - interval '31 days'`;
    const early = sql<Date>`now() - interval '29 days'`;
    for (const [name, at] of [
      ["late", late],
      ["early", early],
    ] as const) {
      await server
        .insertInto("quarantine")
        .values({
          account: ACCOUNT,
          sha256: name,
          reason: "odd",
          body: Buffer.from("{"),
          received_at: at,
        })
        .execute();
      await server
        .insertInto("seen_tokens")
        .values({ account: ACCOUNT, token_key: name, flow: "drill", seen_at: at })
        .execute();
      await server
        .insertInto("sent_messages")
        .values({
          account: ACCOUNT,
          message_id: name,
          flow: "drill",
          token_key: name,
          expires_at: at,
        })
        .execute();
    }
    for (const [name, keepUntil] of [
      ["late", sql<Date>`now() - interval '1 minute'`],
      ["early", sql<Date>`now() + interval '1 minute'`],
    ] as const) {
      await server
        .insertInto("once_results")
        .values({
          account: ACCOUNT,
          flow: "drill",
          scope_key: name,
          name: "effect",
          result: "1",
          keep_until: keepUntil,
        })
        .execute();
    }
    const { log } = captureLog();

    await createHousekeeping({ upkeep, retentionDays: 90, log })(randomUUID(), {
      signal: new AbortController().signal,
      isLast: false,
    });

    const { rows } = await sql<{ left: string }>`
      select id::text as left from flowpoint_server.completions
      union all select sha256 from flowpoint_server.quarantine
      union all select token_key from flowpoint_server.seen_tokens
      union all select message_id from flowpoint_server.sent_messages
      union all select scope_key from flowpoint_server.once_results
    `.execute(root);
    expect(rows.map(({ left }) => left)).toEqual([kept, "early", "early", "early", "early"]);
  });

  it("stay deleted when retention is short and Meta sends them once more", async () => {
    const messageId = "wamid.short";
    await age("2 days", await processing.receive({ messageId }));
    await upkeep.deleteExpired(1);

    await expect(processing.receive({ messageId })).rejects.toThrow("no result");
    expect(await jobIds("completion")).toHaveLength(1);

    await sql`
      update flowpoint_server.forgotten_messages set forgotten_at = now() - interval '31 days'
    `.execute(processing.database.root);
    expect(await upkeep.deleteExpired(1)).toBe(1);
    expect(await processing.receive({ messageId })).toBeTruthy();
  });

  it("are deleted by the thousand, until none is left", async () => {
    await sql`
      insert into flowpoint_server.completions (account, message_id, message, received_at)
      select ${ACCOUNT}, 'wamid.' || n, '{}', now() - interval '100 days'
      from generate_series(1, 2500) as n
    `.execute(processing.database.root);

    const batches: number[] = [];
    do batches.push(await upkeep.deleteExpired(90));
    while (batches.at(-1) !== 0);

    expect(batches).toEqual([1_000, 1_000, 500, 0]);
  });
});
