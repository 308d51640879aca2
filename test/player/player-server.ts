// A player of its own for one test, behind the server's real listener; what it needs of a running server is put in by
// the test. And requests as no browser would send them.

import { request, type RequestOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import { createApp } from "../../src/app/server.ts";
import type { Tls } from "../../src/app/tls.ts";
import { FlowFiles } from "../../src/player/flow-files.ts";
import { LogLines } from "../../src/player/log-lines.ts";
import { PlayerEvents } from "../../src/player/player-events.ts";
import { PlayerMedia } from "../../src/player/player-media.ts";
import { Relay } from "../../src/player/relay.ts";
import { type PlayerParts, playerRoutes } from "../../src/player/routes.ts";
import type { RunningPlayer } from "../../src/player/running-player.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { FIXTURE_FLOWS } from "../helpers/spawn-server.ts";

export const PLAYER_KEY = "key-of-the-test";
export const APP_SECRET = "app-secret-of-the-test";

export type PlayerServer = {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly media: PlayerMedia;
  readonly events: PlayerEvents;
  readonly stop: () => Promise<void>;
};

export async function startPlayer(
  options: { readonly parts?: Partial<PlayerParts>; readonly tls?: Tls } = {},
): Promise<PlayerServer> {
  const { log } = captureLog();
  const tls = options.tls === undefined ? {} : { ca: options.tls.cert };
  const media = new PlayerMedia({ ...tls, checkServerIdentity: () => undefined });
  const events = new PlayerEvents("this-server");
  const clock = { now: () => new Date("2026-11-02T09:00:00Z") };
  const app = await createApp(options.tls ?? null);
  playerRoutes(app, {
    key: PLAYER_KEY,
    page: new Map([
      ["index.html", { contentType: "text/html; charset=utf-8", bytes: Buffer.from("the page") }],
      ["assets/main.js", { contentType: "text/javascript", bytes: Buffer.from("the script") }],
    ]),
    events,
    flows: new FlowFiles({ handlersDir: FIXTURE_FLOWS, loaded: null, publicKey: "AAAA", clock }),
    running: createRunning(media, clock),
    log,
    ...options.parts,
  });
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send());
  await app.listen({ host: "127.0.0.1", port: 0 });
  // A TCP listener has one.
  const { port } = app.server.address() as AddressInfo;
  return { app, port, media, events, stop: () => app.close() };
}

function createRunning(media: PlayerMedia, clock: { readonly now: () => Date }): RunningPlayer {
  const lines = new LogLines();
  return {
    lines,
    media,
    relay: new Relay({ appSecret: APP_SECRET, tls: {}, lines, clock, elapsedMs: () => 0 }),
    openMessage: async (flow) => ({ flowToken: `of ${flow}`, messageId: "wamid.1", from: "1" }),
    findCompletion: async () => null,
  };
}

export type RawAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
};

/** Over a connection of its own, with any header that one likes. */
export function ask(
  port: number,
  path: string,
  options: RequestOptions & { readonly body?: string | Buffer } = {},
): Promise<RawAnswer> {
  const { body, ...rest } = options;
  const answered = Promise.withResolvers<RawAnswer>();
  request({ host: "127.0.0.1", port, path, agent: false, ...rest }, (response) => {
    text(response).then(
      (answer) =>
        answered.resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: answer,
        }),
      answered.reject,
    );
  })
    .on("error", answered.reject)
    .end(body);
  return answered.promise;
}

/** With the key, as the page sends it. */
export function askApi(
  port: number,
  path: string,
  options: { readonly method?: string; readonly json?: unknown; readonly key?: string } = {},
): Promise<RawAnswer> {
  const { method, json, key = PLAYER_KEY } = options;
  return ask(port, `/player/api/${path}`, {
    method: method ?? (json === undefined ? "GET" : "POST"),
    headers: { "x-player-key": key, "content-type": "application/json" },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}
