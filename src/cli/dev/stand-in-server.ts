// Answers in place of a server that starts or cannot start: its player shows what is wrong, everything else is told to
// come again. It takes no request that a server should have had.

import type { FastifyInstance } from "fastify";
import { createIdlePlayer } from "../../app/create-player.ts";
import { loadCredentials } from "../../app/credentials.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { createApp } from "../../app/server.ts";
import type { Settings } from "../../app/settings.ts";
import { loadTls } from "../../app/tls.ts";
import type { PlayerEvent } from "../../player/api.ts";
import type { PlayerEvents } from "../../player/player-events.ts";
import { PLAYER_PATH, playerRoutes } from "../../player/routes.ts";
import { reasonOf } from "../explain-error.ts";
import { writeProgress } from "../output.ts";

const RETRY_AFTER_SECONDS = 1;

type Open = { readonly app: FastifyInstance; readonly events: PlayerEvents };

export class StandInServer {
  readonly #settings: Settings;
  #open: Open | null = null;
  /** One after the other, in the order in which they were asked for. */
  #done: Promise<void> = Promise.resolve();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Listens where the server would, and tells every page `event`. */
  show(event: PlayerEvent): void {
    this.#enqueue(async () => {
      // A port that the server chooses cannot be known; production has no player.
      if (this.#settings.PORT === 0 || this.#settings.profile === "production") return;
      this.#open ??= await listen(this.#settings);
      this.#open.events.publish(event);
    });
  }

  /** Gives the port back. */
  async close(): Promise<void> {
    this.#enqueue(async () => {
      await this.#open?.app.close();
      this.#open = null;
    });
    await this.#done;
  }

  #enqueue(work: () => Promise<void>): void {
    this.#done = this.#done.then(work).catch((error: unknown) => {
      // Whatever it is, as a port in use or a key that cannot be read, the server stumbles over it too.
      writeProgress(`nothing stands in for the server: ${reasonOf(error)}`);
    });
  }
}

async function listen(settings: Settings): Promise<Open> {
  const log = createLogger(settings.LOG_LEVEL);
  const [credentials, tls] = await Promise.all([loadCredentials(settings), loadTls(settings)]);
  const player = await createIdlePlayer({ settings, credentials, tls, log });
  const app = await createApp(tls);
  playerRoutes(app, player);
  app.setNotFoundHandler(async (request, reply) =>
    request.url.startsWith(PLAYER_PATH)
      ? reply.code(404).send()
      : reply.code(503).header("retry-after", RETRY_AFTER_SECONDS).send(),
  );
  await app.listen({ host: settings.HOST, port: settings.PORT });
  return { app, events: player.events };
}
