// Reads flows from the server, the first time and after every change, and has it send the messages that they are opened
// from. Of a flow that is open everything stays that still fits.

import { FlowJsonError } from "../../flow-json/flow-json-error.ts";
import { nowMs } from "./browser-clock.ts";
import type { PlayerApi } from "./player-api.ts";
import type { ChatMessage } from "./player-state.ts";
import type { PlayerStore } from "./player-store.ts";
import {
  beginChat,
  isOpen,
  renewMessage,
  takeDetail,
  usualMessage,
  type WantedMessage,
} from "./session-steps.ts";

/** Long enough to fill in a form with a debugger in between. */
const TOKEN_TTL_SECONDS = 24 * 60 * 60;

export class FlowReader {
  readonly #api: PlayerApi;
  readonly #store: PlayerStore;
  readonly #reopen: () => void;

  /** @param reopen called when a change has taken away the screen that the chosen flow was at */
  constructor(api: PlayerApi, store: PlayerStore, reopen: () => void) {
    this.#api = api;
    this.#store = store;
    this.#reopen = reopen;
  }

  async readAll(): Promise<void> {
    const store = this.#store;
    try {
      store.set({ flows: await this.#api.flows() });
      await Promise.all([...store.state.sessions.keys()].map((flow) => this.read(flow)));
    } catch (error) {
      store.tellOfServer(error);
    }
  }

  async read(flow: string): Promise<void> {
    const store = this.#store;
    try {
      const detail = await this.#api.flow(flow);
      store.setSession(flow, takeDetail(store.session(flow), detail));
      await this.#renewMessage(flow);
    } catch (error) {
      if (!(error instanceof FlowJsonError)) {
        store.tellOfServer(error);
        return;
      }
      const { message, line, column } = error;
      store.setProblem(flow, { message, file: `handlers/${flow}/flow.json`, line, column });
    }
  }

  /** Begins the flow's chat anew. */
  async newMessage(flow: string, wanted: WantedMessage): Promise<void> {
    const message = await this.#receiveMessage(flow, wanted);
    if (message !== null) this.#store.changeSession(flow, (session) => beginChat(session, message));
  }

  /** Where there is none yet, or one from before flow.json was saved. */
  async #renewMessage(flow: string): Promise<void> {
    const store = this.#store;
    const session = store.session(flow);
    if (session === undefined || session.message?.flowJson === session.detail.flowJson) return;
    const wanted = session.message ?? usualMessage(session.document);
    const message = await this.#receiveMessage(flow, wanted);
    const before = store.session(flow);
    if (message === null || before === undefined) return;
    const after = renewMessage(before, message);
    store.setSession(flow, after);
    const isLost =
      before.phone !== null && isOpen(before.phone) && after.phone?.phase.kind === "closed";
    if (isLost && flow === store.state.chosen) this.#reopen();
  }

  /** @returns `null` when the server cannot send one; the page says so */
  async #receiveMessage(
    flow: string,
    { claims, opensWith }: WantedMessage,
  ): Promise<ChatMessage | null> {
    const flowJson = this.#store.session(flow)?.detail.flowJson ?? "";
    try {
      const opened = await this.#api.openMessage(flow, { claims, ttlSeconds: TOKEN_TTL_SECONDS });
      return { ...opened, claims, opensWith, flowJson, sentMs: nowMs(), expired: null };
    } catch (error) {
      this.#store.tellOfServer(error);
      return null;
    }
  }
}
