// Lets the phone of the chosen flow do something, and does what it asks for thereby: sends its requests, opens its links,
// brings its answers to the chat.

import type { JsonObject } from "../../flow-json/json-value.ts";
import { PhoneError } from "../../phone/phone-error.ts";
import type { DataExchangeRequest, Step } from "../../phone/phone-state.ts";
import { deliverCompletion } from "./deliver-completion.ts";
import type { ExchangeSender } from "./exchange-sender.ts";
import { asChatParams } from "./media-memory.ts";
import type { PlayerApi } from "./player-api.ts";
import type { FlowSession } from "./player-state.ts";
import type { PlayerStore } from "./player-store.ts";
import { takeOutcome } from "./session-steps.ts";

export type PhoneDriverParts = {
  readonly api: PlayerApi;
  readonly store: PlayerStore;
  readonly sender: ExchangeSender;
  readonly openUrl: (url: string) => void;
};

export class PhoneDriver {
  readonly #parts: PhoneDriverParts;

  constructor(parts: PhoneDriverParts) {
    this.#parts = parts;
  }

  /** @param act gives `null` where there is nothing to do; a `PhoneError` of it is told to the developer */
  act(act: (session: FlowSession) => Step | null): void {
    const { store } = this.#parts;
    const { chosen: session } = store;
    if (session === null) return;
    try {
      const step = act(session);
      if (step !== null) this.#apply(session.detail.flow, step);
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error;
      store.tell(error.message);
    }
  }

  #apply(flow: string, { state, effect }: Step): void {
    const { store, sender, openUrl } = this.#parts;
    store.changeSession(flow, ({ message }) => ({
      phone: state,
      message:
        state.phase.kind === "expired" && message !== null
          ? { ...message, expired: state.phase.message }
          : message,
    }));
    if (state.phase.kind === "completed" && state.phase.params !== null) {
      void this.#deliver(flow, state.phase.params);
    }
    switch (effect?.kind) {
      case undefined:
        return;
      case "open_url":
        openUrl(effect.url);
        return;
      case "notify":
        // Nobody waits for its answer; the list of exchanges shows what came of it.
        void sender.send(flow, effect.request, "notification");
        return;
      case "exchange":
        void this.#exchange(flow, effect.request);
    }
  }

  async #exchange(flow: string, request: DataExchangeRequest): Promise<void> {
    const { store, sender } = this.#parts;
    const outcome = await sender.send(flow, request, "phone");
    const phone = store.session(flow)?.phone;
    // The flow may have been closed or begun anew in the meantime.
    if (phone?.phase.kind !== "waiting" || phone.phase.request !== request) return;
    this.#apply(flow, takeOutcome(phone, outcome));
  }

  async #deliver(flow: string, params: JsonObject): Promise<void> {
    const { api, store } = this.#parts;
    const message = store.session(flow)?.message;
    if (message === null || message === undefined) return;
    const responseJson = JSON.stringify(asChatParams(params));
    for await (const completion of deliverCompletion(api, message, responseJson)) {
      if (store.session(flow)?.message !== message) return;
      store.changeSession(flow, () => ({ completion }));
    }
  }
}
