// The two HTTP listeners. Limits here are those of the transport: how long a client may take, how much it may send, and
// how often an address may come without a signature.

import { METHODS } from "node:http";
import type { Socket } from "node:net";
import rateLimit, { normalizeIP, type RateLimitPluginOptions } from "@fastify/rate-limit";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Exchange } from "../endpoint/exchange.ts";
import { endpointRoutes } from "../endpoint/routes.ts";
import { type PlayerParts, playerRoutes } from "../player/routes.ts";
import { type WebhookParts, webhookRoutes } from "../webhooks/routes.ts";
import { healthRoutes, metricsRoutes } from "./health-routes.ts";
import type { Health } from "./health.ts";
import type { RedisLink } from "../storage/redis/redis-link.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import { type SendRouteParts, sendRoutes } from "./sending/send-routes.ts";
import type { Settings } from "./settings.ts";
import type { Tls } from "./tls.ts";
import { traceRoutes } from "./telemetry/traced-routes.ts";
import type { Tracer } from "./telemetry/tracer.ts";

/** What one customer is given of IPv6: whoever holds a network has all its addresses. */
const IPV6_NETWORK_BITS = 64;

/** Requests a minute from one address that no app secret signed. */
const UNSIGNED_PER_MINUTE = 100;

/** In Redis, before what the limiter adds. */
const RATE_KEYS = "flowpoint:rate:";

const TRANSPORT_LIMITS = {
  // The whole request must be in by then; Fastify's own default is never.
  requestTimeout: 10_000,
  // Longer than any balancer's idle time in common use (nginx 60 s, AWS ALB 60 s), or it would meet closed sockets.
  keepAliveTimeout: 75_000,
  bodyLimit: 2 * 1024 * 1024,
  return503OnClosing: false,
} as const;

const NODE_LIMITS = {
  headersTimeout: 5_000,
  // Node looks for timeouts only this often, every 30 s by default.
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
};

const MAX_CONNECTIONS = 5_000;

/**
 * Connections that the system takes on while the event loop is busy (it may have a lower limit of its own, on Linux
 * `net.core.somaxconn`). One too many is not refused: its request is tried again after a second, then after three.
 */
export const BACKLOG = 4_096;

/** Statuses of what Node's parser gives up on; anything else about the request is a plain 400. */
const PARSER_STATUSES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

export type PublicServerParts = {
  readonly settings: Settings;
  readonly tls: Tls | null;
  readonly exchange: Exchange;
  readonly webhooks: WebhookParts;
  readonly health: Health;
  /** Development only. Default: there is none. */
  readonly player?: PlayerParts | null;
  /** Default: requests have no trace. */
  readonly tracer?: Tracer | null;
  /** Counts requests over all instances. Default: this one counts for itself. */
  readonly redis?: RedisLink | null;
};

export async function createPublicServer(parts: PublicServerParts): Promise<FastifyInstance> {
  const {
    settings,
    tls,
    exchange,
    webhooks,
    health,
    player = null,
    tracer = null,
    redis = null,
  } = parts;
  const app = await createApp(tls);
  if (tracer !== null) traceRoutes(app, tracer);
  if (player !== null) playerRoutes(app, player);
  const isOver = await createLimits(app, settings, redis);
  endpointRoutes(app, exchange, {
    isAddressOverRate: (request) => isOver("address", request),
    isFlowOverRate: (request) => isOver("flow", request),
  });
  webhookRoutes(app, webhooks, (request) => isOver("address", request));
  healthRoutes(app, health);
  app.setNotFoundHandler(async (request, reply) =>
    reply.code((await isOver("address", request)) ? 429 : 404).send(),
  );
  app.server.maxConnections = MAX_CONNECTIONS;
  return app;
}

/** Counts a request, and tells whether it is over a limit. */
type IsOver = (limit: "address" | "flow", request: FastifyRequest) => Promise<boolean>;

/** With Redis away every instance counts for itself alone, as it does without. */
async function createLimits(
  app: FastifyInstance,
  settings: Settings,
  redis: RedisLink | null,
): Promise<IsOver> {
  const own = await limitsIn(app, settings, {});
  const shared =
    redis === null
      ? null
      : await limitsIn(app, settings, { redis: redis.client, nameSpace: RATE_KEYS });
  return async (limit, request) => {
    // What is over its rate here is so everywhere, and a flood stays away from Redis.
    if (await isOverRate(own[limit], request)) return true;
    if (redis === null || shared === null) return false;
    const attempt = await redis.attempt(() => isOverRate(shared[limit], request));
    return attempt.kind === "done" && attempt.value;
  };
}

type RateLimit = ReturnType<FastifyInstance["createRateLimit"]>;

type Limits = Readonly<Record<Parameters<IsOver>[0], RateLimit>>;

async function isOverRate(limit: RateLimit, request: FastifyRequest): Promise<boolean> {
  const state = await limit(request);
  return !state.isAllowed && state.isExceeded;
}

/** A plugin's instance has one store; so each gets a scope of its own. */
async function limitsIn(
  app: FastifyInstance,
  settings: Settings,
  store: Pick<RateLimitPluginOptions, "redis" | "nameSpace">,
): Promise<Limits> {
  const made = Promise.withResolvers<Limits>();
  await app.register(async (scope) => {
    await scope.register(rateLimit, { global: false, ...store });
    made.resolve({
      address: scope.createRateLimit({
        max: UNSIGNED_PER_MINUTE,
        timeWindow: 60_000,
        keyGenerator: (request) => `address:${normalizeIP(request.ip, IPV6_NETWORK_BITS)}`,
      }),
      flow: scope.createRateLimit({
        max: settings.RATE_LIMIT_PER_SECOND,
        timeWindow: 1_000,
        // Only the endpoint's route asks, and it has the flow's name in it.
        keyGenerator: (request) => `flow:${(request.params as { readonly flow: string }).flow}`,
      }),
    });
  });
  return await made.promise;
}

/** @param send  `null` where ADMIN_TOKEN is not set: nothing can be sent from outside then */
export async function createAdminServer(
  health: Health,
  metrics: Metrics,
  send: SendRouteParts | null,
): Promise<FastifyInstance> {
  const app = await createApp(null);
  healthRoutes(app, health);
  metricsRoutes(app, metrics);
  if (send !== null) sendRoutes(app, send);
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send());
  return app;
}

/** A listener without routes. */
export async function createApp(tls: Tls | null): Promise<FastifyInstance> {
  const options = {
    ...TRANSPORT_LIMITS,
    logger: false,
    // A flow's name of any length gets as far as its signature.
    routerOptions: { maxParamLength: NODE_LIMITS.maxHeaderSize },
    clientErrorHandler: refuseUnreadable,
    // A path that cannot be decoded is answered like everything else: a status and no words.
    frameworkErrors: (_error: unknown, _request: unknown, reply: EmptyReply) =>
      void reply.code(400).send(),
  };
  const app: FastifyInstance =
    tls === null
      ? Fastify({ ...options, http: NODE_LIMITS })
      : Fastify({
          ...options,
          https: { ...NODE_LIMITS, handshakeTimeout: NODE_LIMITS.headersTimeout, ...tls },
        });
  discardBodies(app);
  // Fastify knows only the common methods; any other is refused by its route too, not taken for an unknown path.
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  }
  app.setErrorHandler(async (error, _request, reply) => reply.code(statusOf(error)).send());
  closeConnectionsWhenClosing(app, tls !== null);
  return app;
}

/** Routes that read a body say so themselves; nothing else of what a stranger sends is looked at. */
function discardBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => {
    payload.resume();
    done(null);
  });
}

/** Answers what never became a request: a status and no words, like everything else. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.writable && error.code !== "ECONNRESET") {
    const status = PARSER_STATUSES[error.code ?? ""] ?? "400 Bad Request";
    socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
  socket.destroy();
}

type EmptyReply = { code(status: number): { send(): unknown } };

/**
 * `close` waits for keep-alive connections that a balancer would hold open for ever; so each is told to end. It also
 * waits for connections whose request has not come, or not come whole, and Node no longer looks at their time; those
 * are ended, since nothing of theirs is in flight.
 */
function closeConnectionsWhenClosing(app: FastifyInstance, isTls: boolean): void {
  let isClosing = false;
  /** Connections that no whole request is under way on. */
  const waiting = new Set<Socket>();
  const wait = (socket: Socket): void => {
    waiting.add(socket);
    socket.once("close", () => waiting.delete(socket));
  };
  /** A TLS session takes the place of its connection, which nobody may end under it. */
  const handshaking = new Map<string, Socket>();
  app.server.on("connection", (socket: Socket) => {
    wait(socket);
    if (!isTls) return;
    const peer = peerOf(socket);
    handshaking.set(peer, socket);
    socket.once("close", () => handshaking.delete(peer));
  });
  app.server.on("secureConnection", (session: Socket) => {
    const connection = handshaking.get(peerOf(session));
    if (connection !== undefined) waiting.delete(connection);
    wait(session);
  });
  app.server.on("request", (request) => {
    waiting.add(request.socket);
    request.once("end", () => waiting.delete(request.socket));
  });
  app.addHook("preClose", async () => {
    isClosing = true;
    for (const socket of waiting) socket.destroy();
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (isClosing) reply.header("connection", "close");
    done(null, payload);
  });
}

/** The same for a connection and for the TLS session on it. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function statusOf(error: unknown): number {
  const hasStatus =
    typeof error === "object" &&
    error !== null &&
    "statusCode" in error &&
    typeof error.statusCode === "number" &&
    error.statusCode >= 400;
  // Proven a number by the line above.
  return hasStatus ? (error.statusCode as number) : 500;
}
