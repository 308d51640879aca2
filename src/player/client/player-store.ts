// Holds the page's state and tells whoever draws it of every change. What a change means is for others to know.

import type { PlayerProblem } from "../api.ts";
import { PlayerApiError } from "./player-api.ts";
import { chosenSession, EMPTY_STATE, type FlowSession, type PlayerState } from "./player-state.ts";

/** What stands in for a server that starts; the server's own `hello` follows. */
const SERVER_AWAY = 503;

export class PlayerStore {
  readonly #listeners = new Set<() => void>();
  #state: PlayerState = EMPTY_STATE;

  get state(): PlayerState {
    return this.#state;
  }

  /** @returns what ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  session(flow: string): FlowSession | undefined {
    return this.#state.sessions.get(flow);
  }

  /** `null` before a flow is chosen, and read. */
  get chosen(): FlowSession | null {
    return chosenSession(this.#state);
  }

  setSession(flow: string, session: FlowSession): void {
    this.set({ sessions: new Map(this.#state.sessions).set(flow, session) });
  }

  /** A flow that is not open stays as it is. */
  changeSession(flow: string, change: (session: FlowSession) => Partial<FlowSession>): void {
    const session = this.session(flow);
    if (session !== undefined) this.setSession(flow, { ...session, ...change(session) });
  }

  /** Marks a flow in the list. */
  setProblem(flow: string, problem: PlayerProblem): void {
    const flows = this.#state.flows.map((each) =>
      each.flow === flow ? { ...each, problem } : each,
    );
    this.set({ flows });
  }

  tell(notice: string | null): void {
    this.set({ notice });
  }

  /** Shows that the server could not be asked, or what it refused. @throws what is neither */
  tellOfServer(error: unknown): void {
    const isAway = error instanceof PlayerApiError && error.status === SERVER_AWAY;
    if (isAway || error instanceof TypeError) this.set({ connection: "lost" });
    else if (error instanceof PlayerApiError) this.tell(error.message);
    else throw error;
  }
}
