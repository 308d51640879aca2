// Listens to the server's events for as long as the page is open, over restarts of the server.

import type { PlayerEvent } from "../api.ts";
import type { Player } from "./player.ts";

export function followServer(player: Player): void {
  const events = player.api.events();
  events.addEventListener("message", ({ data }: MessageEvent<string>) => {
    // Both sides are built from one tree, so what comes is what the types of ../api.ts say.
    void player.receive(JSON.parse(data) as PlayerEvent);
  });
  events.addEventListener("error", () => {
    // Closed for good by an answer that is no stream: the key is of another server.
    player.disconnected(events.readyState === EventSource.CLOSED);
  });
}
