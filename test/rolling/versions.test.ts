// Two versions side by side: what the newer one adds to the schema does not disturb the older one, which is this one. It goes
// on beside it, starts beside it, and its `flowpoint migrate` has nothing to do; until a migration names a newer server.

import path from "node:path";
import { expect, it } from "vitest";
import { run } from "../helpers/spawn-server.ts";
import { runOn } from "../helpers/postgres.ts";
import { PARTS } from "../parts/parts.ts";
import { describeWith } from "../parts/require-part.ts";
import { FIXTURE_FLOWS, openCluster } from "./cluster.ts";
import { Load } from "./load.ts";
import { findBroken, reckon } from "./reckon.ts";
import { restartEach } from "./rolling.ts";

const bothParts = PARTS.nginx.find() === undefined ? PARTS.nginx : PARTS.postgres;

/** What the migration of a newer version leaves behind. */
async function migrateTo(url: string, name: string, oldestServer: string): Promise<void> {
  await runOn(url, async (client) => {
    await client.query("set search_path to flowpoint_server");
    await client.query(`alter table completions add column "${name}" text default 'new'`);
    await client.query("insert into kysely_migration (name, timestamp) values ($1, now())", [name]);
    await client.query(
      "insert into migration_requirements (migration, oldest_server) values ($1, $2)",
      [name, oldestServer],
    );
  });
}

describeWith(bothParts)("a server beside the schema of a newer one", () => {
  it("goes on, starts, and is rolled back to, until the schema names a newer server", async () => {
    await using cluster = await openCluster({ instances: 2, redis: false });
    const { databaseUrl } = cluster;
    await using load = new Load(cluster.url, { requestsPerSecond: 20 });
    const environment = {
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
      HANDLERS_DIR: FIXTURE_FLOWS,
      DATA_DIR: path.join(cluster.folders[0] ?? "", "commands"),
    };

    load.start();
    await migrateTo(databaseUrl, "9998-expand", "0.1.0");
    const exits = await restartEach(cluster);
    const migrated = await run(["migrate"], environment);
    await load.stop();
    await cluster.untilIdle();
    const { ownDeaths } = cluster;
    const reckoning = await reckon(databaseUrl, load, { exits, ownDeaths });
    await migrateTo(databaseUrl, "9999-contract", "999.0.0");
    const refused = await run(["migrate"], environment);

    expect({ status: migrated.status, stderr: migrated.stderr }).toEqual({ status: 0, stderr: "" });
    expect(findBroken(reckoning)).toEqual([]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("9999-contract needs server 999.0.0 or later");
  }, 180_000);
});
