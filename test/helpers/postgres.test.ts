import { expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { createDatabase, createTemplate } from "./database.ts";
import { runOn, startPostgres } from "./postgres.ts";

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  return await runOn(url, async (client) => {
    const { rows }: { rows: readonly unknown[] } = await client.query(sql);
    return rows;
  });
}

requirePart("postgres")("a database on the shared server", () => {
  it("is isolated from the next one", async () => {
    const [first, second] = [await createDatabase(), await createDatabase()];

    await query(first, "create table mine (id int)");

    expect(await query(second, "select to_regclass('mine') as found")).toEqual([{ found: null }]);
    expect(await query(first, "select to_regclass('mine')::text as found")).toEqual([
      { found: "mine" },
    ]);
  });

  it("starts as a copy of its template, which is prepared once", async () => {
    const prepared: string[] = [];
    const ask = async (): Promise<string> =>
      await createTemplate("helper_test", async (url) => {
        prepared.push(url);
        await query(url, "create table seeded as select 7 as seven");
      });

    const templates = await Promise.all([ask(), ask()]);
    const copy = await createDatabase(templates[0]);

    expect(await query(copy, "select seven from seeded")).toEqual([{ seven: 7 }]);
    expect(prepared).toHaveLength(1);
  });

  it("is asked for again when its template could not be prepared", async () => {
    const broken = createTemplate("broken_test", async () => await Promise.reject(new Error("no")));
    await expect(broken).rejects.toThrow("no");

    const template = await createTemplate("broken_test", async (url) => {
      await query(url, "create table whole ()");
    });

    const copy = await createDatabase(template);
    expect(await query(copy, "select to_regclass('whole')::text as found")).toEqual([
      { found: "whole" },
    ]);
  });
});

requirePart("postgres")("a server of one's own", () => {
  it("keeps committed rows over SIGKILL and restart", async () => {
    await using server = await startPostgres();
    const url = await server.createDatabase();
    await query(url, "create table kept (id int)");
    await query(url, "insert into kept values (1)");
    const crashed = server.pid;

    await server.crash();
    await expect(query(url, "select 1")).rejects.toThrow("ECONNREFUSED");
    await server.restart();

    expect(await query(url, "select id from kept")).toEqual([{ id: 1 }]);
    expect(server.pid).not.toBe(crashed);
  });

  it("forgets what was not committed", async () => {
    await using server = await startPostgres();
    const url = await server.createDatabase();
    await query(url, "create table kept (id int)");
    const interrupted = runOn(url, async (client) => {
      client.on("error", () => {
        // The connection breaks on purpose; the next query says so.
      });
      await client.query("begin");
      await client.query("insert into kept values (1)");
      await server.crash();
      await client.query("commit");
    });

    await expect(interrupted).rejects.toThrow(/conn/i);
    await server.restart();

    expect(await query(url, "select id from kept")).toEqual([]);
  });

  it("flushes to disk unless told otherwise", async () => {
    await using durable = await startPostgres();
    await using fast = await startPostgres({ durable: false, settings: { work_mem: "1MB" } });

    expect(await query(durable.url, "show fsync")).toEqual([{ fsync: "on" }]);
    expect(await query(fast.url, "show fsync")).toEqual([{ fsync: "off" }]);
    expect(await query(fast.url, "show work_mem")).toEqual([{ work_mem: "1MB" }]);
  });

  it("refuses a caller without the password", async () => {
    await using server = await startPostgres({ durable: false });
    const withoutPassword = Object.assign(new URL(server.url), { password: "wrong" }).href;

    await expect(query(withoutPassword, "select 1")).rejects.toMatchObject({ code: "28P01" });
  });

  it("says why it does not come up", async () => {
    const start = startPostgres({ settings: { work_mem: "nonsense" } });

    await expect(start).rejects.toThrow(/invalid value for parameter "work_mem"/);
  });
});
