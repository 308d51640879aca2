// `call.once` and `call.stored`: effect and memory together or not at all, the same on both databases.

import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Effects } from "../../src/flows/effects.ts";
import type { HandlerTransaction } from "../../src/flows/services.ts";
import type { Database } from "../../src/storage/database.ts";
import { createEffects } from "../../src/storage/once.ts";
import { describeOnBoth, migrateAll, newScope, type OpenedDatabase } from "./open-database.ts";

const { signal } = new AbortController();

/** One row in the drill flow's own table. */
async function effect(trx: HandlerTransaction, note: string): Promise<{ id: number }> {
  return trx.insertInto("effects").values({ note }).returning("id").executeTakeFirstOrThrow();
}

describeOnBoth("once and stored", (open) => {
  let opened: OpenedDatabase;
  let database: Database;
  let effects: Effects;

  beforeAll(async () => {
    opened = await open();
    ({ database } = opened);
    await migrateAll(database);
    effects = createEffects(database, "main");
  });

  afterAll(() => opened.stop());

  async function countOf(note: string): Promise<number> {
    const rows = await database
      .forFlow("drill")
      .selectFrom("effects")
      .select("id")
      .where("note", "=", note)
      .execute();
    return rows.length;
  }

  it("runs its work in one transaction, and gives its result", async () => {
    const result = await effects.once("drill", newScope(), "book", signal, async (trx) => {
      expect(trx.isTransaction).toBe(true);
      return { id: (await effect(trx, "runs")).id > 0 };
    });

    expect(result).toEqual({ id: true });
    expect(await countOf("runs")).toBe(1);
  });

  it("has one effect for one token and name, and the same result each time", async () => {
    const scope = newScope();
    const first = await effects.once("drill", scope, "book", signal, (trx) => effect(trx, "twice"));

    const second = await effects.once("drill", scope, "book", signal, (trx) =>
      effect(trx, "twice"),
    );

    expect(second).toEqual(first);
    expect(await countOf("twice")).toBe(1);
  });

  it.each([
    { what: "name", once: (key: string) => ["drill", { ...newScope(), key }, "another"] as const },
    { what: "token", once: () => ["drill", newScope(), "book"] as const },
    {
      what: "flow",
      once: (key: string) => ["drill", { ...newScope("other"), key }, "book"] as const,
    },
  ])("knows another $what as another one", async ({ what, once }) => {
    const scope = newScope();
    const note = `another ${what}`;
    await effects.once("drill", scope, "book", signal, (trx) => effect(trx, note));

    const [flow, other, name] = once(scope.key);
    await effects.once(flow, other, name, signal, (trx) => effect(trx, note));

    expect(await countOf(note)).toBe(2);
  });

  it("makes a call at the same time wait, and gives it the first one's result", async () => {
    const scope = newScope();
    const calls = [1, 2, 3, 4, 5].map(() =>
      effects.once("drill", scope, "book", signal, (trx) => effect(trx, "at once")),
    );

    const results = await Promise.all(calls);

    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(await countOf("at once")).toBe(1);
  });

  it("gives the work to a waiting call when the first one rolls back", async () => {
    const scope = newScope();
    let runs = 0;
    const calls = [1, 2].map(() =>
      effects.once("drill", scope, "book", signal, async (trx) => {
        const row = await effect(trx, "second chance");
        runs += 1;
        return runs === 1 ? null : row;
      }),
    );

    const results = await Promise.all(calls);

    expect(results.filter((result) => result === null)).toHaveLength(1);
    expect(await countOf("second chance")).toBe(1);
  });

  it("gives every call what JSON makes of the result, the first one too", async () => {
    const scope = newScope();
    const result = { at: new Date(0), gone: undefined, list: [1, undefined] };

    const first = await effects.once("drill", scope, "book", signal, () => result);
    const second = await effects.once("drill", scope, "book", signal, () => result);

    const expected = { at: "1970-01-01T00:00:00.000Z", list: [1, null] };
    expect([first, second]).toStrictEqual([expected, expected]);
  });

  it.each([false, 0, "", [], {}, "\u0000 \ud800 👋"])(
    "remembers %j, which is a result",
    async (result) => {
      const scope = newScope();
      let runs = 0;
      const work = (): unknown => {
        runs += 1;
        return result;
      };

      expect(await effects.once("drill", scope, "book", signal, work)).toEqual(result);
      expect(await effects.once("drill", scope, "book", signal, work)).toEqual(result);
      expect(runs).toBe(1);
    },
  );

  it.each([null, undefined])(
    "rolls back on %s, and lets the next one try again",
    async (nothing) => {
      const scope = newScope();
      const note = `rolled back on ${nothing}`;
      const refused = await effects.once("drill", scope, "book", signal, async (trx) => {
        await effect(trx, note);
        return nothing;
      });
      expect(refused).toBeNull();
      expect(await countOf(note)).toBe(0);

      const taken = await effects.once("drill", scope, "book", signal, (trx) => effect(trx, note));

      expect(taken).toMatchObject({ id: expect.any(Number) });
      expect(await countOf(note)).toBe(1);
    },
  );

  it("rolls back on a throw, passes it on, and lets the next one try again", async () => {
    const scope = newScope();
    const failure = new Error("no");
    const failing = effects.once("drill", scope, "book", signal, async (trx) => {
      await effect(trx, "thrown");
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(await countOf("thrown")).toBe(0);

    await effects.once("drill", scope, "book", signal, (trx) => effect(trx, "thrown"));

    expect(await countOf("thrown")).toBe(1);
  });

  it("rolls back on an error of the database itself", async () => {
    const scope = newScope();
    const failing = effects.once("drill", scope, "book", signal, async (trx) => {
      await effect(trx, "broken");
      await trx.selectFrom("no_such_table").selectAll().execute();
    });

    await expect(failing).rejects.toMatchObject({ code: "42P01" });
    expect(await countOf("broken")).toBe(0);
    expect(await effects.stored(scope, "book")).toBeNull();
  });

  it.each([
    ["a function", () => () => 1],
    ["a BigInt", () => 1n],
    ["a symbol", () => Symbol("x")],
  ])("rolls back on a result that is no JSON: %s", async (what, make) => {
    const failing = effects.once("drill", newScope(), "book", signal, async (trx) => {
      await effect(trx, `no JSON: ${what}`);
      return make();
    });

    await expect(failing).rejects.toThrow(TypeError);
    expect(await countOf(`no JSON: ${what}`)).toBe(0);
  });

  it("rolls back when the deadline passes before COMMIT, and lets the next one try again", async () => {
    const scope = newScope();
    const controller = new AbortController();
    const passed = new Error("the deadline has passed");
    const late = effects.once("drill", scope, "book", controller.signal, async (trx) => {
      const row = await effect(trx, "late");
      controller.abort(passed);
      return row;
    });
    await expect(late).rejects.toBe(passed);
    expect(await countOf("late")).toBe(0);

    await effects.once("drill", scope, "book", signal, (trx) => effect(trx, "late"));

    expect(await countOf("late")).toBe(1);
  });

  it("does not wait for work that ignores the deadline, and lets it write nothing afterwards", async () => {
    const controller = new AbortController();
    const goOn = Promise.withResolvers<unknown>();
    const wentOn = Promise.withResolvers<unknown>();
    const late = effects.once("drill", newScope(), "book", controller.signal, async (trx) => {
      await effect(trx, "deaf");
      queueMicrotask(() => controller.abort(new Error("the deadline has passed")));
      await goOn.promise;
      await effect(trx, "deaf").then(wentOn.resolve, wentOn.resolve);
    });
    await expect(late).rejects.toThrow("the deadline has passed");

    goOn.resolve(null);

    expect(await wentOn.promise).toBeInstanceOf(Error);
    expect(await countOf("deaf")).toBe(0);
  });

  it("lets nothing be written behind the rollback by work whose statement was running at the deadline", async () => {
    const deadline = new AbortController();
    const workEnded = Promise.withResolvers<void>();
    const call = effects.once("drill", newScope(), "book", deadline.signal, async (trx) => {
      try {
        await effect(trx, "before");
        const sleeping = sql`select pg_sleep(0.3)`.execute(trx);
        deadline.abort(new Error("too late"));
        await sleeping;
        await effect(trx, "behind");
      } finally {
        workEnded.resolve();
      }
      return true;
    });

    await expect(call).rejects.toThrow("too late");
    await workEnded.promise;
    expect(await countOf("before")).toBe(0);
    expect(await countOf("behind")).toBe(0);
  });

  it("does not begin after the deadline", async () => {
    let runs = 0;
    const aborted = AbortSignal.abort(new Error("the deadline has passed"));

    const late = effects.once("drill", newScope(), "book", aborted, () => (runs += 1));

    await expect(late).rejects.toThrow("the deadline has passed");
    expect(runs).toBe(0);
  });

  it("runs each time without a token, and remembers nothing", async () => {
    const before = await database.server.selectFrom("once_results").select("name").execute();

    const results = [1, 2].map(() =>
      effects.once("drill", null, "book", signal, (trx) => effect(trx, "anonymous")),
    );

    expect(new Set((await Promise.all(results)).map((result) => JSON.stringify(result))).size).toBe(
      2,
    );
    expect(await countOf("anonymous")).toBe(2);
    const after = await database.server.selectFrom("once_results").select("name").execute();
    expect(after).toHaveLength(before.length);
  });

  it("rolls back without a token as well", async () => {
    await effects.once("drill", null, "book", signal, async (trx) => {
      await effect(trx, "anonymous, rolled back");
      return null;
    });

    expect(await countOf("anonymous, rolled back")).toBe(0);
  });

  it("keeps what it remembers until the time it is given", async () => {
    const scope = newScope();
    await effects.once("drill", scope, "book", signal, () => "result");

    const row = await database.server
      .selectFrom("once_results")
      .selectAll()
      .where("scope_key", "=", scope.key)
      .executeTakeFirstOrThrow();

    expect(row).toMatchObject({
      account: "main",
      flow: "drill",
      name: "book",
      result: '"result"',
      keep_until: scope.keepUntil,
    });
  });

  it.each([
    ["services.db", () => database.forFlow("drill").selectFrom("effects").selectAll().execute()],
    [
      "a transaction of services.db",
      () =>
        database
          .forFlow("drill")
          .transaction()
          .execute(async () => 1),
    ],
    ["another once", () => effects.once("drill", newScope(), "inner", signal, () => 1)],
    ["stored", () => effects.stored(newScope(), "inner")],
  ])("throws at once for %s inside its work, and rolls back", async (what, use) => {
    const note = `guarded against ${what}`;
    const failing = effects.once("drill", newScope(), "outer", signal, async (trx) => {
      await effect(trx, note);
      return use();
    });

    await expect(failing).rejects.toMatchObject({ name: "OnceGuardError" });
    expect(await countOf(note)).toBe(0);
  });

  it("leaves services.db alone once it is over", async () => {
    await effects.once("drill", newScope(), "book", signal, () => 1);

    expect(await countOf("nothing of the kind")).toBe(0);
  });

  it("remembers for stored, which gives what is there under a name and null for any other", async () => {
    const scope = newScope();
    expect(await effects.stored(scope, "book")).toBeNull();

    await effects.once("drill", scope, "book", signal, () => ({ id: 7 }));

    expect(await effects.stored(scope, "book")).toEqual({ id: 7 });
    expect(await effects.stored(scope, "another")).toBeNull();
    expect(await effects.stored(newScope(), "book")).toBeNull();
    expect(await effects.stored({ ...scope, flow: "other" }, "book")).toBeNull();
  });

  it("keeps accounts apart", async () => {
    const scope = newScope();
    await effects.once("drill", scope, "book", signal, () => 1);

    expect(await createEffects(database, "another").stored(scope, "book")).toBeNull();
  });
});
