// How components reach the player, and are drawn again when its state changes.

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Player } from "./player.ts";
import type { PlayerState } from "./player-state.ts";

export const PlayerContext = createContext<Player | null>(null);

/** @throws outside of `PlayerContext.Provider` */
export function usePlayer(): Player {
  const player = useContext(PlayerContext);
  if (player === null) throw new Error("there is no player here; draw this inside of its provider");
  return player;
}

export function usePlayerState(player: Player): PlayerState {
  const [state, setState] = useState(player.state);
  useEffect(() => {
    setState(player.state);
    return player.subscribe(() => setState(player.state));
  }, [player]);
  return state;
}
