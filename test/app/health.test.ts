import { describe, expect, it } from "vitest";
import { Health } from "../../src/app/health.ts";
import type { Database } from "../../src/storage/database.ts";

/** Only `check` is ever asked. */
function databaseThat(check: () => Promise<void>): Database {
  return { check } as Partial<Database> as Database;
}

const up = databaseThat(() => Promise.resolve());

describe("readiness", () => {
  it.each([
    ["starting", false],
    ["migrations-pending", false],
    ["ready", true],
    ["draining", false],
  ] as const)("in phase %s is %s", async (phase, ready) => {
    const health = new Health(up);

    health.enter(phase);

    expect(await health.read()).toEqual({ ready, phase, database: "up" });
  });

  it("begins with starting", async () => {
    expect(await new Health(up).read()).toMatchObject({ ready: false, phase: "starting" });
  });

  it("never comes back from draining", async () => {
    const health = new Health(up);
    health.enter("draining");

    health.enter("ready");

    expect(await health.read()).toMatchObject({ ready: false, phase: "draining" });
  });

  it("tells an outage of the database and does not count it", async () => {
    const health = new Health(databaseThat(() => Promise.reject(new Error("no"))));
    health.enter("ready");

    expect(await health.read()).toEqual({ ready: true, phase: "ready", database: "down" });
  });

  it("does not wait for a database that does not answer", async () => {
    const health = new Health(databaseThat(() => new Promise(() => {})));
    health.enter("ready");

    expect(await health.read()).toEqual({ ready: true, phase: "ready", database: "down" });
  });

  it("asks a slow database once, however many ask", async () => {
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const health = new Health(
      databaseThat(() => {
        asked += 1;
        return answer.promise;
      }),
    );

    const reads = [health.read(), health.read(), health.read()];
    answer.resolve();

    expect((await Promise.all(reads)).map(({ database }) => database)).toEqual(["up", "up", "up"]);
    expect(asked).toBe(1);
    await health.read();
    expect(asked).toBe(2);
  });
});
