// How many completions a second does one server process, and how long does it take to catch up after an outage?
//
// Each completion goes the whole way: claimed from the queue, matched by its flow token, given to a handler that writes
// one row inside `call.once`, recorded as done. Postgres is a private one that syncs every commit to disk, on the same
// machine; the worker is this process.

import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { sql } from "kysely";
import { createProcessing } from "../src/app/processing.ts";
import { parseSettings } from "../src/app/settings.ts";
import { systemClock } from "../src/app/clock.ts";
import { implement } from "../src/flows/implement.ts";
import { createLoadedFlow, type LoadedFlow } from "../src/flows/loaded-flow.ts";
import type { Log } from "../src/flows/services.ts";
import { createFlowTokens } from "../src/protocol/flow-token.ts";
import type { ResponseMessage } from "../src/protocol/notification.ts";
import { type Database, openDatabase } from "../src/storage/database.ts";
import { migrate, SERVER_SOURCE } from "../src/storage/migrate.ts";
import { createNotificationStore } from "../src/storage/notification-store.ts";
import { createEffects } from "../src/storage/once.ts";
import { createQueue, type Queue } from "../src/storage/queue.ts";
import { installQueues } from "../src/storage/queue-schema.ts";
import { startPostgres } from "../test/helpers/postgres.ts";
import type { Figure } from "./figure.ts";
import { flow as contract } from "./handlers/echo/contract.gen.ts";

const ACCOUNT = "main";
const BACKLOG = 50_000;
/** As many as Meta puts into one webhook. */
const PER_WEBHOOK = 1_000;
/** Completions of each sample of the rate. */
const PER_SAMPLE = 10_000;
const MEBIBYTE = 1024 * 1024;
/** Completions that come one at a time, to a queue with nothing else in it. */
const SINGLES = 20;

const SECRET = randomBytes(32).toString("base64url");
const log: Log = { debug() {}, info() {}, warn: complain, error: complain };

export async function measureProcessing(
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  await using postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const folder = await mkdtemp(join(tmpdir(), "flowpoint-bench-"));
  const database = await openDatabase({ kind: "postgres", url, poolMax: 10 }, log);
  try {
    await migrate(database, [SERVER_SOURCE]);
    await installQueues(database.jobs);
    await sql`create schema echo`.execute(database.root);
    await sql`create table echo.effects (completion text not null, slot text not null)`.execute(
      database.root,
    );
    return await measure(database, folder, note);
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  database: Database,
  folder: string,
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  const tokens = createFlowTokens([SECRET]);
  const done = createCounter();
  const flow = await createEffectFlow(database, done.count);
  const queue = createQueue(database, log, { upkeep: true });
  const processing = createProcessing({
    settings: parseSettings({ MEDIA_DIR: folder }),
    account: ACCOUNT,
    database,
    queue,
    flows: new Map([[flow.name, flow]]),
    tokens,
    effects: createEffects(database, ACCOUNT),
    clock: systemClock,
    elapsedMs: () => performance.now(),
    log,
  });
  const send = createSender(database, queue, tokens);

  // A queue of its own sends without working, as while the workers are away.
  const sender = createQueue(database, log, { upkeep: false });
  await sender.start();
  const sendOnly = createSender(database, sender, tokens);
  for (let sent = 0; sent < BACKLOG; sent += PER_WEBHOOK) await sendOnly(PER_WEBHOOK);
  await sender.stop(0);
  note(`a backlog of ${BACKLOG}`);

  const startedMs = performance.now();
  await processing.start();
  const rates: number[] = [];
  const cpuMs: number[] = [];
  const residentMiB: number[] = [];
  for (let reached = PER_SAMPLE; reached <= BACKLOG; reached += PER_SAMPLE) {
    const fromMs = performance.now();
    const fromCpu = process.cpuUsage();
    await done.reach(reached);
    rates.push(PER_SAMPLE / ((performance.now() - fromMs) / 1000));
    const { user, system } = process.cpuUsage(fromCpu);
    cpuMs.push((user + system) / 1000 / PER_SAMPLE);
    residentMiB.push(process.memoryUsage.rss() / MEBIBYTE);
    note(
      `${reached} processed, ${rates.at(-1)?.toFixed(0)}/s, ` +
        `${residentMiB.at(-1)?.toFixed(0)} MiB resident`,
    );
  }
  const caughtUpSeconds = (performance.now() - startedMs) / 1000;

  const singlesMs: number[] = [];
  for (let i = 1; i <= SINGLES; i += 1) {
    // Not in step with the queue's own rhythm.
    await delay(500 + Math.random() * 500);
    const fromMs = performance.now();
    await send(1);
    await done.reach(BACKLOG + i);
    singlesMs.push(performance.now() - fromMs);
  }
  await processing.stop();
  await assertEffects(database, BACKLOG + SINGLES);
  return [
    { key: "processing.rate", label: "completions processed", unit: "/s", samples: rates },
    {
      key: "processing.cpu",
      label: "processor time of the worker for each",
      unit: "ms",
      samples: cpuMs,
    },
    {
      key: "processing.resident",
      label: `resident memory of the worker, after each ${PER_SAMPLE}`,
      unit: "MiB",
      samples: residentMiB,
    },
    {
      key: "processing.residentGrowth",
      label: `its growth between the first ${PER_SAMPLE} and the last`,
      unit: "MiB",
      samples: [(residentMiB.at(-1) ?? NaN) - (residentMiB[0] ?? NaN)],
    },
    {
      key: "processing.catchUp",
      label: `until a backlog of ${BACKLOG} is worked off`,
      unit: "s",
      samples: [caughtUpSeconds],
    },
    {
      key: "processing.lag",
      label: "from a webhook to its handler, with nothing to catch up on",
      unit: "ms",
      samples: singlesMs,
    },
  ];
}

/** The echo flow, and a row for each of its completions. */
async function createEffectFlow(database: Database, count: () => void): Promise<LoadedFlow> {
  const handler = implement(contract, () => ({
    init: (reply) => reply.expire("not asked here"),
    exchange: { CHOOSE: (_input, reply) => reply.expire("not asked here") },
    async completed(_completion, call) {
      await call.once("effect", (trx) =>
        trx
          .insertInto("effects")
          .values({ completion: call.key, slot: "slot-2" })
          .returning("slot")
          .executeTakeFirstOrThrow(),
      );
      count();
    },
  }));
  return createLoadedFlow(
    { name: contract.name, folder: "", flowJson: "", handler, migrationsFolder: null, seed: null },
    {
      db: database.forFlow(contract.name),
      clock: systemClock,
      log,
      media: { fetch: () => Promise.reject(new Error("no uploads here")) },
      env: {},
    },
  );
}

/** Stores completions as one webhook. */
function createSender(
  database: Database,
  queue: Pick<Queue, "send">,
  tokens: ReturnType<typeof createFlowTokens>,
): (count: number) => Promise<void> {
  const store = createNotificationStore(database.root, queue, ACCOUNT);
  return async (count) => {
    const messages = await Promise.all(Array.from({ length: count }, () => createMessage(tokens)));
    await store.store(messages, new AbortController().signal);
  };
}

async function createMessage(
  tokens: ReturnType<typeof createFlowTokens>,
): Promise<ResponseMessage> {
  const flowToken = tokens.mint({
    flow: contract.name,
    expiresAtSeconds: 4_102_444_800,
    id: randomUUID(),
    contractHash: contract.contractHash,
    claims: {},
  });
  const messageId = `wamid.${randomBytes(36).toString("base64")}`;
  const response_json = JSON.stringify({
    slot: "slot-2",
    note: "Second bell, please.",
    flow_token: flowToken,
  });
  return {
    kind: "response-message",
    messageId,
    userId: "US.13491208655302741918",
    phone: "15550000001",
    contextMessageId: null,
    flowToken,
    messageJson: JSON.stringify({
      id: messageId,
      type: "interactive",
      interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json } },
    }),
  };
}

const nothing = (): void => {};

function createCounter(): {
  readonly count: () => void;
  readonly reach: (wanted: number) => Promise<void>;
} {
  let counted = 0;
  let onCount = nothing;
  return {
    count: () => {
      counted += 1;
      onCount();
    },
    reach: (wanted) =>
      new Promise((resolve) => {
        onCount = () => {
          if (counted >= wanted) resolve();
        };
        onCount();
      }),
  };
}

/** @throws Error unless each completion had its one effect */
async function assertEffects(database: Database, wanted: number): Promise<void> {
  const { rows } = await sql<{ rows: number; completions: number }>`
    select count(*)::int as rows, count(distinct completion)::int as completions from echo.effects
  `.execute(database.root);
  const found = rows[0];
  if (found?.rows !== wanted || found.completions !== wanted) {
    throw new Error(`${wanted} completions had ${found?.rows} effects`);
  }
}

function complain(fields: Readonly<Record<string, unknown>>, message: string): void {
  process.stderr.write(`${message} ${inspect(fields["err"])}\n`);
}
