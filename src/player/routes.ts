// The HTTP face of the player. Whoever may not use it is told nothing: not even that it is there.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { HandlerLoadError } from "../flows/load-handlers.ts";
import type { Log } from "../flows/services.ts";
import type { FlowFiles } from "./flow-files.ts";
import { createKeyCheck, isLocalRequest, isSameOrigin, ownOrigin } from "./guard.ts";
import type { PlayerEvents } from "./player-events.ts";
import type { PlayerPage } from "./player-page.ts";
import { type Relay, RELAY_HEADER } from "./relay.ts";
import { parseRequest } from "./requests.ts";
import type { RunningPlayer } from "./running-player.ts";

export type PlayerParts = {
  /** Of the printed URL. */
  readonly key: string;
  readonly page: PlayerPage;
  readonly events: PlayerEvents;
  readonly flows: FlowFiles;
  /** `null` while the server does not run: whatever needs it is answered 503. */
  readonly running: RunningPlayer | null;
  readonly log: Log;
};

export const PLAYER_PATH = "/player/";

/** An endpoint's 2 MiB, as JSON text in JSON text. */
const MAX_JSON_BYTES = 8 * 1024 * 1024;
/** The pickers' 25 MiB, and what encryption adds to it. */
const MAX_MEDIA_BYTES = 25 * 1024 * 1024 + 26;

/** The page runs its own files, talks to its own server, and shows the pictures that a flow holds. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

type FlowRoute = { Params: { flow: string } };

/** Call it before any other routes: what the relay sends to them is received here first. */
export function playerRoutes(app: FastifyInstance, player: PlayerParts): void {
  const { page, events, running } = player;
  if (running !== null) receiveRelayed(app, running.relay);
  app.addHook("preClose", async () => events.end());
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      if (!isLocalRequest(request.raw)) return refuse(reply);
      reply.headers(HEADERS);
    });
    scope.get(PLAYER_PATH, (_request, reply) => sendFile(reply, page, "index.html"));
    scope.get<{ Params: { "*": string } }>(`${PLAYER_PATH}assets/*`, (request, reply) =>
      sendFile(reply, page, `assets/${request.params["*"]}`),
    );
    // Asked for by the server's own downloader, which has no key; the id is one.
    scope.get<{ Params: { id: string } }>(`${PLAYER_PATH}media/:id`, (request, reply) => {
      const bytes = running?.media.read(request.params.id) ?? null;
      return bytes === null ? refuse(reply) : reply.type("application/octet-stream").send(bytes);
    });
    scope.register(async (api) => apiRoutes(api, player), { prefix: `${PLAYER_PATH}api` });
  });
}

function apiRoutes(api: FastifyInstance, player: PlayerParts): void {
  const { key, events, flows, running, log } = player;
  const isKey = createKeyCheck(key);
  api.addHook("onRequest", async (request, reply) => {
    // An EventSource can send no header of its own. Fastify has parsed the query into an object.
    const given =
      request.headers["x-player-key"] ?? (request.query as { readonly key?: unknown }).key;
    if (!isKey(given) || !isSameOrigin(request.raw)) return refuse(reply);
  });
  readBodies(api);
  api.setErrorHandler(async (error, _request, reply) => sendProblem(reply, error, log));

  api.get("/flows", () => flows.list());
  api.get<FlowRoute>("/flows/:flow", async (request, reply) => {
    const detail = await flows.detail(request.params.flow);
    return detail ?? reply.code(404).send({ message: "there is no such flow" });
  });
  api.get("/events", (request, reply) => {
    reply.hijack();
    // A request that was not read to its end counts as not come whole, and its connection is not waited for.
    request.raw.resume();
    // The connection ends with the stream, so that nobody waits for it when the server stops.
    reply.raw.writeHead(200, {
      ...HEADERS,
      connection: "close",
      "content-type": "text/event-stream",
    });
    events.attach(reply.raw);
  });

  if (running === null) {
    api.all("/*", (_request, reply) =>
      reply.code(503).send({ message: "the server does not run; see what it printed" }),
    );
  } else {
    runningRoutes(api, running);
  }
}

function runningRoutes(api: FastifyInstance, running: RunningPlayer): void {
  const { relay, media } = running;
  api.post<FlowRoute>("/flows/:flow/message", ({ params, body }) =>
    running.openMessage(params.flow, parseRequest.openMessage(body)),
  );
  api.post<FlowRoute>("/flows/:flow/relay", ({ params, body, raw }) =>
    relay.exchange(ownOrigin(raw), params.flow, parseRequest.relay(body)),
  );
  api.post("/completions", ({ body, raw }) =>
    relay.deliver(ownOrigin(raw), parseRequest.deliverCompletion(body)),
  );
  api.get<{ Params: { messageId: string } }>("/completions/:messageId", async (request, reply) => {
    const completion = await running.findCompletion(request.params.messageId);
    return completion ?? reply.code(404).send({ message: "there is no such completion" });
  });
  api.post("/media", async ({ body, raw }, reply) =>
    Buffer.isBuffer(body)
      ? { cdnUrl: media.keep(body, ownOrigin(raw)) }
      : reply.code(415).send({ message: "send the encrypted file as application/octet-stream" }),
  );
}

/** The page's JSON and files; the server's own routes read their bodies elsewhere. */
function readBodies(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    "application/json",
    { parseAs: "string", bodyLimit: MAX_JSON_BYTES },
    async (_request: FastifyRequest, body: string) => JSON.parse(body) as unknown,
  );
  api.addContentTypeParser(
    "application/octet-stream",
    { parseAs: "buffer", bodyLimit: MAX_MEDIA_BYTES },
    (_request, body, done) => done(null, body),
  );
}

function receiveRelayed(app: FastifyInstance, relay: Relay): void {
  // Only from here on: reading the body would have lost whose request it is.
  app.addHook("preHandler", (request, _reply, done) => {
    const id = request.headers[RELAY_HEADER];
    if (typeof id === "string") relay.receive(id, done);
    else done();
  });
}

/** As a path that nothing is at. */
function refuse(reply: FastifyReply): FastifyReply {
  for (const name of Object.keys(HEADERS)) reply.removeHeader(name);
  reply.callNotFound();
  return reply;
}

function sendFile(reply: FastifyReply, page: PlayerPage, name: string): FastifyReply {
  const file = page.get(name);
  return file === undefined ? refuse(reply) : reply.type(file.contentType).send(file.bytes);
}

/** What the page did wrong is said; what went wrong here is in the log. */
function sendProblem(reply: FastifyReply, error: unknown, log: Log): FastifyReply {
  if (hasStatus(error)) return reply.code(error.statusCode).send({ message: error.message });
  if (error instanceof z.ZodError) {
    return reply.code(400).send({ message: z.prettifyError(error) });
  }
  if (error instanceof SyntaxError) return reply.code(400).send({ message: "the body is no JSON" });
  if (error instanceof RangeError) return reply.code(400).send({ message: error.message });
  if (error instanceof HandlerLoadError) return reply.code(404).send({ message: error.message });
  log.error({ err: error }, "the player could not do what its page asked for");
  return reply.code(500).send({ message: "it did not work; see the server's log" });
}

/** Fastify's own errors, such as for a body that is too long. */
function hasStatus(error: unknown): error is Error & { readonly statusCode: number } {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number";
}
