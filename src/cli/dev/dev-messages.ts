// What `flowpoint dev` and the server that it runs say to each other, over the channel between the two processes.

import type { PlayerProblem } from "../../player/api.ts";

/** From the server. */
export type ServerMessage =
  /** It is about to listen at the public port, and waits. */
  | { readonly kind: "wants-port" }
  /** It did not start, and ends. */
  | { readonly kind: "failed"; readonly problem: PlayerProblem };

/** To the server, in this order. */
export type DevMessage =
  /** Its turn has come; until then it has only loaded its own code. */
  { readonly kind: "start" } | { readonly kind: "port-is-free" };
