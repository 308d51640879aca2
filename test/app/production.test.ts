// A production server and its Postgres: migrations are somebody else's command, and an outage is nobody's end.

import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { submit } from "../helpers/build-server.ts";
import { type Postgres, startPostgres } from "../helpers/postgres.ts";
import {
  type Environment,
  makeTemporaryFolder,
  mintForSpawned,
  run,
  serverEnvironment,
  type SpawnedServer,
  sendTo,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { startPostgresProxy } from "../helpers/postgres-proxy.ts";
import { requirePart } from "../parts/require-part.ts";

/** As long as it takes, within the test's own time. */
const PATIENTLY = { timeout: 20_000, interval: 100 };

requirePart("postgres")("a production server", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let postgres: Postgres;
  let production: Environment;
  let server: SpawnedServer;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    postgres = await startPostgres({ durable: false });
    production = {
      NODE_ENV: "production",
      DATABASE_URL: await postgres.createDatabase(),
      SHUTDOWN_DELAY_MS: "0",
    };
    server = await spawnServer(folder.path, production);
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
    await folder.remove();
  });

  async function readiness(): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${server.url}/readyz`);
    return { status: response.status, body: await response.json() };
  }

  /** Has an effect in the database. */
  async function effect(note: string): Promise<unknown> {
    const token = mintForSpawned();
    return (await sendTo(server, submit(token, "once", note))).clear;
  }

  it("is not ready while migrations are pending, and names the command", async () => {
    await expect.poll(readiness, PATIENTLY).toEqual({
      status: 503,
      body: { ready: false, phase: "migrations-pending", database: "up" },
    });
    await server.waitForOutput(/not ready: run flowpoint migrate/);
    expect(await sendTo(server, { action: "ping" })).toMatchObject({ status: 200 });
  });

  it("becomes ready by itself once they are applied", async () => {
    const { status, stdout, stderr } = await run(
      ["migrate"],
      serverEnvironment(folder.path, production),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("flowpoint_server/0001-once-results");
    expect(stdout).toContain("drill/0001-effects");

    await expect.poll(readiness, PATIENTLY).toEqual({
      status: 200,
      body: { ready: true, phase: "ready", database: "up" },
    });
    expect(await effect("before the outage")).toMatchObject({ screen: "DETAILS" });
  });

  it("listens only when it can store what a webhook brings", async () => {
    const proxy = await startPostgresProxy(production["DATABASE_URL"] ?? "");
    const own = await makeTemporaryFolder();
    const looking = proxy.holdAt("kysely_migration", "question");
    const starting = spawnServer(own.path, { ...production, DATABASE_URL: proxy.url });
    const look = await looking;
    // Long enough for one that would not wait for what it sees.
    await Promise.race([starting, delay(1_000)]);
    look.release();

    const second = await starting;
    const first = await fetch(`${second.url}/readyz`);

    expect(first.status).toBe(200);
    await second.stop();
    await proxy.stop();
    await own.remove();
  });

  it("stays ready through an outage of its database, and says so", async () => {
    await postgres.crash();

    expect(await readiness()).toEqual({
      status: 200,
      body: { ready: true, phase: "ready", database: "down" },
    });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect(await sendTo(server, { action: "ping" })).toMatchObject({ status: 200 });
    expect(await effect("during the outage")).toMatchObject({
      screen: "START",
      data: { error_message: expect.any(String) },
    });
  });

  it("works again when its database does, without a restart", async () => {
    await postgres.restart();

    await expect
      .poll(() => effect("after the outage"), PATIENTLY)
      .toMatchObject({
        screen: "DETAILS",
      });
    expect(await readiness()).toMatchObject({ body: { database: "up" } });
    expect(() => process.kill(server.pid, 0)).not.toThrow();
  });
});
