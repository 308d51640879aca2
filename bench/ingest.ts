// How long does a webhook wait for its 200, which is said after the commit, and how many messages does one server take?
//
// Single messages come at a fixed rate whatever the answers do, as Meta sends them, and each latency counts from when
// its POST was due; batches come as fast as they are taken. Both on the embedded database and on a private Postgres that
// syncs every commit to disk, on the same machine, and with the server working the completions off meanwhile.

import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createFlowTokens } from "../src/protocol/flow-token.ts";
import { startPostgres } from "../test/helpers/postgres.ts";
import {
  messagesChange,
  notificationOf,
  responseMessage,
  signatureOf,
} from "../test/webhooks/notification.ts";
import type { Figure } from "./figure.ts";
import { flow } from "./handlers/echo/contract.gen.ts";
import { type ServerProcess, startServerProcess, withFolder } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";

const HANDLERS_DIR = fileURLToPath(new URL("handlers", import.meta.url));
const APP_SECRET = randomBytes(16).toString("hex");
const TOKEN_SECRET = randomBytes(32).toString("base64url");

const ROUNDS = 5;
/** Of single messages. */
const SECONDS = 10;
const WARM_UP_SECONDS = 5;
const BATCH = 100;
const BATCHES = 40;
/** Batches under way at once. */
const BATCH_CONNECTIONS = 4;

type Post = { readonly body: Buffer; readonly signature: string };

type Batches = { readonly latenciesMs: readonly number[]; readonly messagesPerSecond: number };

type Kind = {
  readonly name: "pglite" | "postgres";
  readonly label: string;
  /** Single messages a second. */
  readonly rate: number;
};

/** One connection, in the server's own thread: for development. */
const PGLITE: Kind = { name: "pglite", label: "PGlite", rate: 30 };
const POSTGRES: Kind = { name: "postgres", label: "Postgres", rate: 300 };

/** @throws Error if any answer was not 200 */
export async function measureIngest(note: (progress: string) => void): Promise<readonly Figure[]> {
  const embedded = await measureOn(PGLITE, {}, note);
  await using postgres = await startPostgres();
  const settings = { DATABASE_URL: await postgres.createDatabase() };
  return [...embedded, ...(await measureOn(POSTGRES, settings, note))];
}

async function measureOn(
  kind: Kind,
  settings: Readonly<Record<string, string>>,
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  return withFolder(async (folder) => {
    const server = await startServerProcess({
      DATA_DIR: folder,
      HANDLERS_DIR,
      WHATSAPP_APP_SECRET: APP_SECRET,
      FLOW_TOKEN_SECRET: TOKEN_SECRET,
      ...settings,
    });
    try {
      await measureSingles(server, kind.rate, WARM_UP_SECONDS);
      const singles: (readonly number[])[] = [];
      for (let i = 1; i <= ROUNDS; i += 1) {
        const latenciesMs = await measureSingles(server, kind.rate, SECONDS);
        singles.push(latenciesMs);
        const slowest = p99(latenciesMs).toFixed(1);
        note(`${kind.label}, round ${i} of ${ROUNDS}: single messages p99 ${slowest} ms`);
      }
      // Afterwards, since they leave the server more to work off than it can at once.
      const batches: Batches[] = [];
      for (let i = 1; i <= ROUNDS; i += 1) {
        const round = await measureBatches(server);
        batches.push(round);
        const rate = round.messagesPerSecond.toFixed(0);
        note(`${kind.label}, round ${i} of ${ROUNDS}: in batches ${rate} messages/s`);
      }
      return figuresOf(kind, singles, batches);
    } finally {
      await server.stop();
    }
  });
}

/** @returns milliseconds of each POST, from when it was due */
async function measureSingles(
  server: ServerProcess,
  rate: number,
  seconds: number,
): Promise<readonly number[]> {
  return sendAtRate(server.url, await makePosts(seconds * rate, 1), rate);
}

async function measureBatches(server: ServerProcess): Promise<Batches> {
  const posts = await makePosts(BATCHES, BATCH);
  const startedMs = performance.now();
  const latenciesMs = await sendInTurn(server.url, posts, BATCH_CONNECTIONS);
  const elapsedMs = performance.now() - startedMs;
  return { latenciesMs, messagesPerSecond: (BATCHES * BATCH * 1000) / elapsedMs };
}

async function makePosts(count: number, messages: number): Promise<readonly Post[]> {
  const tokens = createFlowTokens([TOKEN_SECRET]);
  const posts: Post[] = [];
  for (let n = 0; n < count; n += 1) {
    const changes: unknown[] = [];
    for (let m = 0; m < messages; m += 1) changes.push(await makeChange(tokens));
    const body = Buffer.from(JSON.stringify(notificationOf(...changes)));
    posts.push({ body, signature: signatureOf(body, APP_SECRET) });
  }
  return posts;
}

async function makeChange(tokens: ReturnType<typeof createFlowTokens>): Promise<unknown> {
  const flowToken = tokens.mint({
    flow: flow.name,
    expiresAtSeconds: 4_102_444_800,
    id: randomBytes(16).toString("hex"),
    contractHash: flow.contractHash,
    claims: {},
  });
  const response = { slot: "slot-2", note: "Second bell, please.", flow_token: flowToken };
  const id = `wamid.${randomBytes(36).toString("base64")}`;
  return messagesChange([responseMessage(id, {}, { response_json: JSON.stringify(response) })]);
}

/** One POST every so often, answered or not. @returns milliseconds from when each was due to its answer */
async function sendAtRate(
  url: string,
  posts: readonly Post[],
  perSecond: number,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true });
  const startMs = performance.now();
  const answers: Promise<number>[] = [];
  for (const [n, post] of posts.entries()) {
    const dueMs = startMs + (n * 1000) / perSecond;
    const early = dueMs - performance.now();
    if (early > 0) await delay(early);
    answers.push(send(url, agent, post).then(() => performance.now() - dueMs));
  }
  const latencies = await Promise.all(answers);
  agent.destroy();
  return latencies;
}

/** As fast as they are taken. @returns milliseconds of each */
async function sendInTurn(
  url: string,
  posts: readonly Post[],
  connections: number,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const left = posts.values();
  const latencies: number[] = [];
  const work = async (): Promise<void> => {
    for (const post of left) {
      const startMs = performance.now();
      await send(url, agent, post);
      latencies.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return latencies;
}

/** @throws Error unless the answer is 200 */
function send(url: string, agent: Agent, { body, signature }: Post): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = request(
      `${url}/webhooks/whatsapp`,
      {
        method: "POST",
        agent,
        headers: { "content-type": "application/json", "x-hub-signature-256": signature },
      },
      (response) => {
        response.resume();
        response.on("end", () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`a webhook was answered ${response.statusCode}`));
        });
      },
    );
    client.on("error", reject);
    client.end(body);
  });
}

function figuresOf(
  { name, label, rate }: Kind,
  singles: readonly (readonly number[])[],
  batches: readonly Batches[],
): readonly Figure[] {
  const figure = (key: string, what: string, unit: string, samples: readonly number[]): Figure => ({
    key: `ingest.${name}.${key}`,
    label: `${label}: ${what}`,
    unit,
    samples,
  });
  const single = `single message at ${rate}/s`;
  const batch = `batch of ${BATCH}`;
  const ofBatches = batches.map(({ latenciesMs }) => latenciesMs);
  return [
    figure("singleP50", `${single}, p50`, "ms", singles.map(median)),
    figure("singleP99", `${single}, p99`, "ms", singles.map(p99)),
    figure("batchP50", `${batch}, p50`, "ms", ofBatches.map(median)),
    figure("batchP99", `${batch}, p99`, "ms", ofBatches.map(p99)),
    figure(
      "messages",
      `in batches of ${BATCH}`,
      "messages/s",
      batches.map(({ messagesPerSecond }) => messagesPerSecond),
    ),
  ];
}

function p99(values: readonly number[]): number {
  return quantile(values, 0.99);
}
