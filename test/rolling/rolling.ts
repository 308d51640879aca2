// Rolling restarts under load: each instance in turn gets SIGTERM and is started again while requests go on; then the
// reckoning.

import { setTimeout as delay } from "node:timers/promises";
import { type Cluster, openCluster } from "./cluster.ts";
import { Load } from "./load.ts";
import { type Reckoning, reckon } from "./reckon.ts";

export type RollingOptions = {
  readonly instances: number;
  /** Times that every instance is restarted. */
  readonly restarts: number;
  readonly requestsPerSecond: number;
  readonly redis: boolean;
  /** Further settings of every instance. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told of progress. */
  readonly note: (progress: string) => void;
};

/** Between two restarts: longer than the proxy leaves an instance alone that it could not reach. */
const PAUSE_MS = 1_500;

export async function runRolling(options: RollingOptions): Promise<Reckoning> {
  await using cluster = await openCluster(options);
  await using load = new Load(cluster.url, options);
  load.start();
  const exits: (number | null)[] = [];
  for (let round = 1; round <= options.restarts; round++) {
    exits.push(...(await restartEach(cluster)));
    options.note(`${round} of ${options.restarts}: ${load.answers.length} answers so far`);
  }
  await load.stop();
  await cluster.untilIdle();
  return await reckon(cluster.databaseUrl, load, { exits, ownDeaths: cluster.ownDeaths });
}

/** @returns with which statuses they ended */
export async function restartEach({
  instances,
}: Pick<Cluster, "instances">): Promise<readonly (number | null)[]> {
  const exits: (number | null)[] = [];
  for (const instance of instances) {
    exits.push(await instance.stop());
    await instance.start();
    await delay(PAUSE_MS);
  }
  return exits;
}
