// Sends what phones and the inspector ask for, each flow's requests by a transport of its own, and keeps the list of
// exchanges that the inspector shows.

import type { DataExchangeRequest } from "../../phone/phone-state.ts";
import { type Exchange, judge } from "./exchange.ts";
import type { Faults } from "./faults.ts";
import type { PlayerApi } from "./player-api.ts";
import type { PlayerStore } from "./player-store.ts";
import { createTransport, type Transport, type TransportOutcome } from "./transport.ts";

const NO_FAULTS: Faults = new Set();

export class ExchangeSender {
  readonly #api: PlayerApi;
  readonly #store: PlayerStore;
  readonly #transports = new Map<string, Transport>();

  constructor(api: PlayerApi, store: PlayerStore) {
    this.#api = api;
    this.#store = store;
  }

  /** Only what the phone's user does meets the faults that are switched on. */
  async send(
    flow: string,
    request: DataExchangeRequest,
    cause: Exchange["cause"],
  ): Promise<TransportOutcome> {
    const faults = cause === "phone" ? this.#store.state.faults : NO_FAULTS;
    try {
      return await this.#transport(flow).send(request, cause, faults);
    } catch (error) {
      this.#store.tellOfServer(error);
      return { kind: "unanswered", error: "no_http_response_error" };
    }
  }

  async sendBytesAgain(flow: string, exchange: Exchange): Promise<void> {
    await this.#transport(flow).sendBytesAgain(exchange);
  }

  /** Another server may have another key. */
  forgetKeys(): void {
    this.#transports.clear();
  }

  #transport(flow: string): Transport {
    const known = this.#transports.get(flow);
    if (known !== undefined) return known;
    const transport = createTransport({
      api: this.#api,
      flow,
      record: (exchange) => this.#record(flow, exchange),
      judge: (request, status, clear) => {
        const phone = this.#store.session(flow)?.phone ?? null;
        if (phone === null) return { fits: false, text: "the flow is no longer there" };
        return judge(phone, request, status, clear);
      },
    });
    this.#transports.set(flow, transport);
    return transport;
  }

  #record(flow: string, exchange: Exchange): void {
    this.#store.changeSession(flow, ({ exchanges }) => {
      const isKnown = exchanges.some(({ id }) => id === exchange.id);
      return {
        exchanges: isKnown
          ? exchanges.map((each) => (each.id === exchange.id ? exchange : each))
          : [...exchanges, exchange],
      };
    });
  }
}
