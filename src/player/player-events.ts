// Server-sent events to every open page: which server this is, and what has become of a saved file.

import type { ServerResponse } from "node:http";
import type { PlayerEvent } from "./api.ts";

/** Soon enough to be there when a restarted server is. */
const RETRY_MS = 250;

export class PlayerEvents {
  readonly #server: string;
  readonly #open = new Set<ServerResponse>();
  #last: PlayerEvent | null = null;

  /** @param server  another one for every process */
  constructor(server: string) {
    this.#server = server;
  }

  /** Tells a page everything it has to know, and from then on whatever happens. The response's head must be written. */
  attach(response: ServerResponse): void {
    this.#open.add(response);
    response.once("close", () => this.#open.delete(response));
    response.write(`retry: ${RETRY_MS}\n\n${encode({ kind: "hello", server: this.#server })}`);
    if (this.#last !== null) response.write(encode(this.#last));
  }

  /** Told to pages that come later too, until something else is. */
  publish(event: PlayerEvent): void {
    this.#last = event;
    for (const response of this.#open) response.write(encode(event));
  }

  /** Pages connect again, to whoever listens then. */
  end(): void {
    for (const response of this.#open) response.end();
  }
}

function encode(event: PlayerEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
