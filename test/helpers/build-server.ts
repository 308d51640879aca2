// A server inside the test's own process: the real parts, joined as the composition root joins them, with a clock that
// the test owns and a log that it can read. It opens no port unless it is asked to listen.

import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import type { FastifyInstance, InjectOptions } from "fastify";
import type { Handler } from "flowpoint";
import { afterAll } from "vitest";
import { createExchangeLog, observeWith } from "../../src/app/telemetry/exchange-log.ts";
import { Health } from "../../src/app/health.ts";
import { createMetrics, type Metrics } from "../../src/app/telemetry/metrics.ts";
import { createPublicServer } from "../../src/app/server.ts";
import { parseSettings, type Settings } from "../../src/app/settings.ts";
import { loadTls } from "../../src/app/tls.ts";
import { createExchange, type Exchange } from "../../src/endpoint/exchange.ts";
import { Admission } from "../../src/endpoint/admission.ts";
import { LastData } from "../../src/endpoint/last-data.ts";
import type { ExchangeDependencies } from "../../src/endpoint/ports.ts";
import { ReplayMemory } from "../../src/endpoint/replay-memory.ts";
import { createLoadedFlow } from "../../src/flows/loaded-flow.ts";
import type { Services } from "../../src/flows/services.ts";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { createKeyRing } from "../../src/protocol/key-ring.ts";
import { parsePrivateKeys } from "../../src/protocol/private-key.ts";
import type { Database } from "../../src/storage/database.ts";
import type { RedisLink } from "../../src/storage/redis/redis-link.ts";
import type { Ingest } from "../../src/webhooks/ingest.ts";
import { createEffects } from "../../src/storage/once.ts";
import { captureLog, type LogLine } from "./capture-log.ts";
import drill from "./fixture-flows/drill/handler.ts";
import { createPhone, type Encryption, type Phone, type SignedRequest } from "./phone.ts";

export const APP_SECRET = "app-secret-of-the-tests";
export const FLOW_TOKEN_SECRET = "flow-token-secret-of-the-tests-0123456789";

/** One key for all servers of a test file: making one takes a while. */
export const serverKeys = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What came back, and what it says once it is decrypted. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** `undefined` where the body is empty. */
  readonly clear: unknown;
};

export type TokenWishes = {
  readonly flow?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly ttlSeconds?: number;
  readonly contractHash?: string;
};

export type ServerOptions = {
  readonly handlers?: readonly Handler[];
  /** Settings by their names, as in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: none, so that `services.db` and `call.once` throw. */
  readonly database?: Database;
  readonly media?: Services["media"];
  /** Counts requests over several servers. Default: each counts for itself. */
  readonly redis?: RedisLink;
  /** Parts of the endpoint to put in place of the real ones. */
  readonly parts?: Partial<ExchangeDependencies>;
};

export interface TestServer {
  readonly app: FastifyInstance;
  readonly exchange: Exchange;
  readonly metrics: Metrics;
  readonly phone: Phone;
  readonly settings: Settings;
  /** Every line logged so far, oldest first. */
  readonly log: readonly LogLine[];
  /** Moves the server's clocks; timers stay real. */
  advance(ms: number): void;
  mint(wishes?: TokenWishes): string;
  /** Sends what was encrypted; `overrides` go to Fastify's `inject`. */
  deliver(request: SignedRequest, flow?: string, overrides?: InjectOptions): Promise<Answer>;
  /** Encrypts, signs and sends. */
  send(clear: string | Buffer | object, flow?: string, encryption?: Encryption): Promise<Answer>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const running = new Set<TestServer>();

// A server that a test forgets would keep its database and timers alive.
afterAll(() => {
  if (running.size > 0) throw new Error(`this file left ${running.size} servers running`);
});

export async function buildServer(options: ServerOptions = {}): Promise<TestServer> {
  const { handlers = [drill], database = noDatabase() } = options;
  const settings = parseSettings({
    WHATSAPP_APP_SECRET: APP_SECRET,
    FLOW_TOKEN_SECRET,
    ...options.settings,
  });
  const { clock, elapsedMs, advance } = createTestClock();
  const { log, lines } = captureLog();
  const metrics = createMetrics();
  const tokens = createFlowTokens((settings.FLOW_TOKEN_SECRET ?? []).map((each) => each.reveal()));
  const media = options.media ?? noMedia;
  const flows = await Promise.all(
    handlers.map((handler) => {
      const services: Services = {
        db: database.forFlow(handler.flow.name),
        clock,
        log,
        media,
        env: settings.handlerEnv,
      };
      return createLoadedFlow(moduleOf(handler), services);
    }),
  );
  const exchange = createExchange({
    account: {
      id: "main",
      appSecrets: (settings.WHATSAPP_APP_SECRET ?? []).map((secret) => secret.reveal()),
      verifyToken: "verify-token",
      keys: await createKeyRing(privateKeysOf(serverKeys.privateKey), { copies: 2 }),
    },
    flows: new Map(flows.map((flow) => [flow.name, flow])),
    tokens,
    tokenPolicy: settings.FLOW_TOKEN_POLICY,
    deadlineMs: settings.EXCHANGE_DEADLINE_MS,
    effects: createEffects(database, "main"),
    replays: new ReplayMemory({ elapsedMs }),
    admission: new Admission({ slots: 4, elapsedMs }),
    lastData: new LastData({ elapsedMs }),
    seenTokens: { saw: () => {} },
    observer: observeWith(metrics.observer, createExchangeLog(log, elapsedMs)),
    log,
    clock,
    elapsedMs,
    ...options.parts,
  });
  const health = new Health(database);
  health.enter("ready");
  const app = await createPublicServer({
    settings,
    tls: await loadTls(settings),
    exchange,
    webhooks: { ingest: noIngest, verifyToken: "verify-token" },
    health,
    redis: options.redis ?? null,
  });
  const phone = createPhone(
    serverKeys.publicKey,
    settings.WHATSAPP_APP_SECRET?.[0]?.reveal() ?? APP_SECRET,
  );

  const deliver: TestServer["deliver"] = async (request, flow = "drill", overrides = {}) => {
    const response = await app.inject({
      method: "POST",
      url: `/flows/${flow}`,
      headers: request.headers,
      payload: request.body,
      ...overrides,
    });
    const body = response.body;
    const isEncrypted = response.statusCode === 200 || response.statusCode === 427;
    return {
      status: response.statusCode,
      headers: response.headers,
      body,
      clear: isEncrypted ? (JSON.parse(request.decrypt(body)) as unknown) : undefined,
    };
  };
  const server: TestServer = {
    app,
    exchange,
    metrics,
    phone,
    settings,
    log: lines,
    advance,
    mint: ({ flow = "drill", claims = {}, ttlSeconds = 3600, contractHash } = {}) =>
      tokens.mint({
        flow,
        claims,
        expiresAtSeconds: Math.floor(clock.now().getTime() / 1000) + ttlSeconds,
        id: randomUUID(),
        contractHash: contractHash ?? contractHashOf(handlers, flow),
      }),
    deliver,
    send: (clear, flow, encryption) => deliver(phone.request(clear, encryption), flow),
    stop: async () => {
      await app.close();
      running.delete(server);
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  running.add(server);
  return server;
}

/** A data_exchange of the drill flow's first screen, which makes its handler do as `behave` says. */
export function submit(
  token: string | null,
  behave: string,
  note = "",
): Readonly<Record<string, unknown>> {
  return {
    version: "3.0",
    action: "data_exchange",
    screen: "START",
    data: { trigger: "next", behave, note },
    ...(token === null ? {} : { flow_token: token }),
  };
}

/** Same contract and factory, other options. */
export function withOptions(handler: Handler, options: Handler["options"]): Handler {
  return { ...handler, options: { ...handler.options, ...options } };
}

export function privateKeysOf(key: KeyObject): ReturnType<typeof parsePrivateKeys> {
  const bytes = createPrivateKey(key.export({ type: "pkcs8", format: "pem" }))
    .export({ type: "pkcs8", format: "pem" })
    .toString();
  return parsePrivateKeys({ name: "the test's key", bytes });
}

function contractHashOf(handlers: readonly Handler[], flow: string): string {
  return handlers.find((handler) => handler.flow.name === flow)?.flow.contractHash ?? "none";
}

function moduleOf(handler: Handler): Parameters<typeof createLoadedFlow>[0] {
  return {
    name: handler.flow.name,
    folder: `handlers/${handler.flow.name}`,
    flowJson: "",
    handler,
    migrationsFolder: null,
    seed: null,
  };
}

/** Webhooks have a server of their own: test/webhooks. */
const noIngest: Ingest = { receive: () => Promise.resolve(503), refuseTooLarge: () => {} };

const noMedia: Services["media"] = {
  fetch: () => Promise.reject(new Error("this server has no media")),
};

function away(): never {
  throw new Error("this server has no database");
}

/** Answers the health check; every query fails as with a database that is away. */
function noDatabase(): Database {
  // The members that the server touches before a handler asks for its database.
  return {
    kind: "embedded",
    root: { transaction: away },
    server: { selectFrom: away },
    forFlow: () => ({ selectFrom: away, insertInto: away }),
    check: async () => {},
    stop: async () => {},
  } as unknown as Database;
}

function createTestClock(): {
  readonly clock: { now(): Date };
  readonly elapsedMs: () => number;
  readonly advance: (ms: number) => void;
} {
  const startMs = Date.parse("2026-11-02T09:00:00Z");
  // Not 0, which an LRU cache takes for "no time yet".
  let elapsed = 1_000;
  return {
    clock: { now: () => new Date(startMs + elapsed) },
    elapsedMs: () => elapsed,
    advance: (ms) => {
      elapsed += ms;
    },
  };
}
