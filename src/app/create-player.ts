// Puts the player together: for a development server, and for what stands in for one that does not run.

import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { HandlerModule } from "../flows/load-handlers.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { Log, Media } from "../flows/services.ts";
import { FlowFiles } from "../player/flow-files.ts";
import type { LogLines } from "../player/log-lines.ts";
import { PlayerEvents } from "../player/player-events.ts";
import { PlayerMedia } from "../player/player-media.ts";
import { loadPlayerPage } from "../player/player-page.ts";
import { trustCertificate } from "../player/post-signed.ts";
import { Relay } from "../player/relay.ts";
import { PLAYER_PATH, type PlayerParts } from "../player/routes.ts";
import { createRunningPlayer } from "../player/running-player.ts";
import type { Database } from "../storage/database.ts";
import { createMedia } from "../storage/media.ts";
import { elapsedMs, systemClock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import { ACCOUNT } from "./database-settings.ts";
import { loadPlayerKey } from "./development-secrets.ts";
import { mintToken } from "./mint-token.ts";
import type { Settings } from "./settings.ts";
import type { Tls } from "./tls.ts";

/** What a player has to know of its server before that runs. */
export type PlayerServer = {
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly tls: Tls | null;
  readonly log: Log;
};

/** What it has to know of one that runs. */
export type PlayedServer = {
  readonly modules: readonly HandlerModule[];
  readonly flows: ReadonlyMap<string, LoadedFlow>;
  readonly database: Database;
};

export interface PlayerDraft {
  /** Uploads for handlers, with those of the player. */
  readonly media: Media;
  finish(played: PlayedServer): Promise<PlayerParts>;
}

/**
 * Begins with the player of a server that starts; its page is loaded meanwhile.
 *
 * @param lines  gets every line of the server's log
 */
export function draftPlayer(server: PlayerServer, lines: LogLines): PlayerDraft {
  const { settings, credentials } = server;
  const tls = server.tls === null ? {} : trustCertificate(server.tls.cert);
  const media = new PlayerMedia(tls);
  const drafted = createIdlePlayer(server);
  // A server that fails to start never asks for it.
  drafted.catch(() => {});
  return {
    media: createMedia((url) => media.locate(url)),
    finish: async ({ modules, flows, database }) => ({
      ...(await drafted),
      flows: createFlowFiles(server, modules),
      running: createRunningPlayer({
        lines,
        media,
        relay: new Relay({
          // Development makes one up where none is set.
          appSecret: credentials.appSecrets[0] ?? "",
          tls,
          lines,
          clock: systemClock,
          elapsedMs,
        }),
        mintToken: async (flow, wanted) =>
          (await mintToken(settings, credentials, systemClock, { flow, ...wanted })).token,
        database,
        account: ACCOUNT,
        isForwarded: (flow) =>
          (flows.get(flow ?? "")?.options.forwardUrl ?? settings.FORWARD_URL) !== undefined,
      }),
    }),
  };
}

/** For what stands in while no server runs. */
export async function createIdlePlayer(server: PlayerServer): Promise<PlayerParts> {
  const { settings, log } = server;
  const [key, page] = await Promise.all([loadPlayerKey(settings.DATA_DIR), loadPlayerPage(log)]);
  return {
    key,
    page,
    events: new PlayerEvents(randomUUID()),
    flows: createFlowFiles(server, null),
    running: null,
    log,
  };
}

/**
 * Where a person finds the player; the key stays in the browser.
 *
 * @returns `null` without a page, and for a server that this machine does not reach at its own address
 */
export function playerUrl(
  addresses: readonly (AddressInfo | string)[],
  tls: Tls | null,
  { key, page }: Pick<PlayerParts, "key" | "page">,
): string | null {
  if (page.size === 0) return null;
  const scheme = tls === null ? "http" : "https";
  for (const listened of addresses) {
    if (typeof listened === "string") continue;
    const host = LOCAL_HOSTS[listened.address];
    if (host !== undefined) return `${scheme}://${host}:${listened.port}${PLAYER_PATH}#key=${key}`;
  }
  return null;
}

/** Of addresses that a server may listen at, how this machine calls them. */
const LOCAL_HOSTS: Readonly<Record<string, string>> = {
  "127.0.0.1": "127.0.0.1",
  "0.0.0.0": "127.0.0.1",
  "::1": "[::1]",
  "::": "localhost",
};

function createFlowFiles(
  { settings, credentials }: PlayerServer,
  loaded: readonly HandlerModule[] | null,
): FlowFiles {
  const publicKeyPem = credentials.privateKeys[0]?.publicKeyPem ?? "";
  return new FlowFiles({
    handlersDir: settings.HANDLERS_DIR,
    loaded,
    publicKey: publicKeyPem.replaceAll(/-----[^-]+-----|\s/g, ""),
    clock: systemClock,
  });
}
