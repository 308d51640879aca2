// Starts the page. Its URL's fragment holds the server's key, which no request shows, and the flow that
// was open, so that loading the page anew comes back to it.

import { render } from "preact";
import { App } from "./app.tsx";
import { followServer } from "./follow-server.ts";
import { createPlayerApi } from "./player-api.ts";
import { Player } from "./player.ts";

const fragment = new URLSearchParams(location.hash.slice(1));
const player = new Player(createPlayerApi(fragment.get("key") ?? ""), (url) => {
  window.open(url, "_blank", "noopener,noreferrer");
});

player.subscribe(() => {
  const { chosen } = player.state;
  if (chosen === null || chosen === fragment.get("flow")) return;
  fragment.set("flow", chosen);
  history.replaceState(null, "", `#${fragment}`);
});

const place = document.querySelector("#player");
if (place !== null) render(<App player={player} />, place);
followServer(player);
const opened = fragment.get("flow");
if (opened !== null) void player.choose(opened);
