// Puts the processing of completions together: which queue is worked how, and what has to be seen to now and then.

import { createFetchMedia, type FetchMedia } from "../completions/fetch-media.ts";
import { FlowShares } from "../completions/flow-shares.ts";
import { createForward } from "../completions/forward.ts";
import { createHousekeeping } from "../completions/housekeeping.ts";
import type { MediaStore } from "../completions/ports.ts";
import { createRunCompletion } from "../completions/run-completion.ts";
import { sweepMedia } from "../completions/sweep-media.ts";
import type { Effects } from "../flows/effects.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Clock, Log } from "../flows/services.ts";
import { createGraphMedia } from "../graph/media.ts";
import type { FlowTokens } from "../protocol/flow-token.ts";
import {
  createCompletionStore,
  createCompletionUpkeep,
  findCompletionIds,
} from "../storage/completions.ts";
import type { Database } from "../storage/database.ts";
import { createMediaFolder } from "../storage/media-store.ts";
import { findDurabilityRisks } from "../storage/durability.ts";
import type { Queue } from "../storage/queue.ts";
import { type Settings, SettingsError } from "./settings.ts";

export interface Processing {
  /** Starts working the queue, whose tables must be there. Can be tried again when it throws. */
  start(): Promise<void>;
  /** Lets what runs finish, gives the rest back, and starts no more. */
  stop(): Promise<void>;
}

export type ProcessingParts = {
  readonly settings: Settings;
  readonly account: string;
  readonly database: Database;
  readonly queue: Queue;
  readonly flows: ReadonlyMap<string, LoadedFlow>;
  readonly tokens: Pick<FlowTokens, "verify">;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly elapsedMs: () => number;
  readonly log: Log;
};

/** Above the limits that the jobs set themselves, so that each can still record what became of it. */
const COMPLETION_DEADLINE_MS = 120_000;
const FORWARD_DEADLINE_MS = 30_000;
const HOUSEKEEPING_DEADLINE_MS = 600_000;

/** Forwarding waits for others and hardly uses the database. */
const FORWARD_SLOTS = 32;

/** The embedded database has one connection; what a handler waits for elsewhere need not hold up the next. */
const EMBEDDED_SLOTS = 4;

/** How long a job of another instance may wait to be seen. The embedded database has no other instance. */
const POLL_MS = 500;
const EMBEDDED_POLL_MS = 2_000;
const HOUSEKEEPING_POLL_MS = 30_000;

const HOUSEKEEPING_EVERY_MS = 600_000;
const SWEEP_EVERY_MS = 3_600_000;

/** Longest that running jobs are waited for; a stop has other things to do too. */
const MAX_GRACE_MS = 10_000;

/** @throws SettingsError when a flow forwards and there is no secret to sign with */
export function createProcessing(parts: ProcessingParts): Processing {
  const { settings, account, database, queue, elapsedMs, log } = parts;
  const { FORWARD_URL, FORWARD_SECRET, RETENTION_DAYS } = settings;
  assertForwardSecret(parts);
  const forwardUrlOf = (flow: LoadedFlow | null): string | null =>
    flow?.options.forwardUrl ?? FORWARD_URL ?? null;
  const store = createCompletionStore(database, queue, account);
  const upkeep = createCompletionUpkeep(database, queue, account);
  const media = createMediaFolder(settings.MEDIA_DIR);
  const isEmbedded = database.kind === "embedded";
  // No more than there are connections, which exchanges need too.
  const slots = isEmbedded ? EMBEDDED_SLOTS : settings.DATABASE_POOL_MAX;
  const pollMs = isEmbedded ? EMBEDDED_POLL_MS : POLL_MS;
  const timers: NodeJS.Timeout[] = [];
  let seeing: Promise<void> = Promise.resolve();

  /** One after the other; what fails is done the next time. */
  const seeTo = (what: string, task: () => Promise<void>): void => {
    seeing = seeing
      .then(task)
      .catch((err: unknown) => log.warn({ err, what }, "not seen to this time"));
  };
  const requestHousekeeping = (): void => seeTo("housekeeping", () => queue.requestHousekeeping());
  const sweep = (): void =>
    seeTo("media", () => sweepMedia(media, (ids) => findCompletionIds(database.server, ids)));

  return {
    start: async () => {
      await queue.start();
      queue.work(
        "completion",
        { slots, pollMs, deadlineMs: COMPLETION_DEADLINE_MS },
        createRunCompletion({
          ...parts,
          store,
          shares: new FlowShares({ slots, elapsedMs }),
          forwardUrlOf,
          retentionDays: RETENTION_DAYS,
          fetchMedia: createMediaFetcher(settings, media, log),
        }),
      );
      if (FORWARD_SECRET !== undefined) {
        const secret = FORWARD_SECRET.reveal();
        queue.work(
          "forward",
          { slots: FORWARD_SLOTS, pollMs, deadlineMs: FORWARD_DEADLINE_MS },
          createForward({ ...parts, store, forwardUrlOf, secret }),
        );
      }
      queue.work(
        "housekeeping",
        { slots: 1, pollMs: HOUSEKEEPING_POLL_MS, deadlineMs: HOUSEKEEPING_DEADLINE_MS },
        createHousekeeping({ upkeep, retentionDays: RETENTION_DAYS, log }),
      );
      timers.push(
        setInterval(requestHousekeeping, HOUSEKEEPING_EVERY_MS),
        setInterval(sweep, SWEEP_EVERY_MS),
      );
      if (!isEmbedded) seeTo("durability", () => warnOfRisks(database, log));
      // What was of no flow may be of one that is loaded now.
      seeTo("unmatched completions", async () => void (await upkeep.retryUnmatched("all")));
      requestHousekeeping();
      sweep();
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await seeing;
      await queue.stop(Math.min(MAX_GRACE_MS, settings.SHUTDOWN_GRACE_MS / 2));
    },
  };
}

async function warnOfRisks(database: Database, log: Log): Promise<void> {
  const settings = await findDurabilityRisks(database.root);
  if (settings.length === 0) return;
  log.error(
    { settings },
    "a crash of this Postgres would lose completions that were acknowledged to Meta; switch these settings on",
  );
}

function createMediaFetcher(settings: Settings, store: MediaStore, log: Log): FetchMedia | null {
  const { WHATSAPP_ACCESS_TOKEN: accessToken, GRAPH_API_URL, GRAPH_API_VERSION } = settings;
  if (accessToken === undefined) return null;
  const source = createGraphMedia({
    url: GRAPH_API_URL.replace(/\/$/, ""),
    version: GRAPH_API_VERSION,
    accessToken: accessToken.reveal(),
  });
  return createFetchMedia({ source, store, log });
}

function assertForwardSecret({ settings, flows }: ProcessingParts): void {
  const forwarding = [...flows.values()].find(({ options }) => options.forwardUrl !== undefined);
  if (forwarding === undefined || settings.FORWARD_SECRET !== undefined) return;
  throw new SettingsError([
    {
      name: "FORWARD_SECRET",
      rule: `must be set, since flow ${forwarding.name} has a forwardUrl; make one with: echo whsec_$(openssl rand -base64 32)`,
    },
  ]);
}
