// Compares what was answered with what the database has.

import { runOn } from "../helpers/postgres.ts";
import type { Answer, Load } from "./load.ts";

export type Reckoning = {
  readonly requests: number;
  /** Answers that were not 2xx, or not what they should be. */
  readonly refused: readonly Answer[];
  readonly resets: number;
  /** Answered 421 at first. */
  readonly refetched: number;
  /** Acknowledged, and not in the database, or not done. */
  readonly lost: readonly string[];
  /** Effects or rows of one request that are there more than once. */
  readonly twice: readonly string[];
  /** Stops that did not end with status 0. */
  readonly badExits: number;
  readonly restarts: number;
  /** Instances that ended without being told to. */
  readonly ownDeaths: number;
  readonly longestMs: number;
};

export async function reckon(
  databaseUrl: string,
  { answers }: Pick<Load, "answers">,
  { exits, ownDeaths }: { readonly exits: readonly (number | null)[]; readonly ownDeaths: number },
): Promise<Reckoning> {
  const [effects, completions] = await runOn(
    databaseUrl,
    async (client) =>
      [
        await client.query<{ id: string }>("select note as id from drill.effects"),
        await client.query<{ id: string }>(
          `select replace(message_id, 'wamid.', '') as id from flowpoint_server.completions
       where state = 'done'`,
        ),
      ] as const,
  );
  const counts = new Map<string, number>();
  for (const { id } of [...effects.rows, ...completions.rows]) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const acknowledged = answers.filter(({ kind, outcome }) => kind !== "ping" && outcome === 200);
  return {
    requests: answers.length,
    refused: answers.filter(({ outcome }) => outcome !== 200 && outcome !== "reset"),
    resets: answers.filter(({ outcome }) => outcome === "reset").length,
    refetched: answers.filter((answer) => answer.refetched).length,
    lost: acknowledged.filter(({ id }) => !counts.has(id)).map(({ id }) => id),
    twice: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
    badExits: exits.filter((status) => status !== 0).length,
    restarts: exits.length,
    ownDeaths,
    longestMs: Math.round(Math.max(0, ...answers.map(({ ms }) => ms))),
  };
}

/** @returns one line for each promise that was broken */
export function findBroken(reckoning: Reckoning): readonly string[] {
  const { refused, resets, refetched } = reckoning;
  const outcomes = [...new Set(refused.map(({ kind, outcome }) => `${kind} ${outcome}`))];
  return [
    ...(refused.length > 0 ? [`${refused.length} not answered 200: ${outcomes.join(", ")}`] : []),
    ...(resets > 0 ? [`${resets} connections were reset`] : []),
    ...(refetched > 0 ? [`${refetched} were answered 421 under the right key`] : []),
    ...findLasting(reckoning),
  ];
}

/** The same for a rotation of keys, where 421 is right as long as the next answer is good, and none at all is suspicious. */
export function findBrokenInRotation(reckoning: Reckoning): readonly string[] {
  return [
    ...findBroken({ ...reckoning, refetched: 0 }),
    ...(reckoning.refetched === 0 ? ["no phone ever had to fetch a key"] : []),
  ];
}

/** What must not be whatever happens to the parts that servers depend on. */
export function findLasting(reckoning: Reckoning): readonly string[] {
  const { requests, lost, twice, badExits, ownDeaths } = reckoning;
  return [
    ...(requests === 0 ? ["nothing was sent"] : []),
    ...(lost.length > 0 ? [`${lost.length} lost`] : []),
    ...(twice.length > 0 ? [`${twice.length} effects happened twice`] : []),
    ...(badExits > 0 ? [`${badExits} stops did not end with status 0`] : []),
    ...(ownDeaths > 0 ? [`${ownDeaths} instances ended by themselves`] : []),
  ];
}
