// Everything that the page can be asked to do: what the phone's user does on the left, what the developer does beside
// it, and what the server tells. It knows no element of the page.

import type { JsonValue } from "../../flow-json/json-value.ts";
import * as outcomes from "../../phone/answer.ts";
import { back, fill, press, type PressTarget } from "../../phone/phone.ts";
import { currentScreen, type PhoneState, type Step } from "../../phone/phone-state.ts";
import { pressables } from "../../phone/pressable.ts";
import { view } from "../../phone/view.ts";
import type { PlayerEvent } from "../api.ts";
import type { Exchange } from "./exchange.ts";
import { ExchangeSender } from "./exchange-sender.ts";
import type { FaultName } from "./faults.ts";
import { FlowReader } from "./flow-reader.ts";
import { PhoneDriver } from "./phone-driver.ts";
import type { PlayerApi } from "./player-api.ts";
import type { PlayerState } from "./player-state.ts";
import { PlayerStore } from "./player-store.ts";
import { type RecordedAnswers, recordFilled, recordLeft } from "./recorded-answers.ts";
import { closed, enterFlow, type WantedMessage } from "./session-steps.ts";

export class Player {
  /** That components upload files with. */
  readonly api: PlayerApi;
  readonly #store = new PlayerStore();
  readonly #sender: ExchangeSender;
  readonly #driver: PhoneDriver;
  readonly #reader: FlowReader;
  #server: string | null = null;

  constructor(api: PlayerApi, openUrl: (url: string) => void) {
    const store = this.#store;
    const sender = new ExchangeSender(api, store);
    this.api = api;
    this.#sender = sender;
    this.#driver = new PhoneDriver({ api, store, sender, openUrl });
    this.#reader = new FlowReader(api, store, () => this.openFlow());
  }

  get state(): PlayerState {
    return this.#store.state;
  }

  /** @returns what ends it */
  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** The server's word about itself and its files. */
  async receive(event: PlayerEvent): Promise<void> {
    // Whoever tells of changes stands in for the server.
    this.#store.set({ connection: event.kind === "hello" ? "live" : "lost" });
    if (event.kind === "hello") {
      if (event.server === this.#server) return;
      this.#server = event.server;
      this.#sender.forgetKeys();
    }
    const problem = event.kind === "changed" ? event.problem : null;
    // Before anything is read: the next event may come meanwhile, and bring another.
    this.#store.set({ problem });
    if (problem === null) await this.#reader.readAll();
  }

  disconnected(isRefused: boolean): void {
    this.#store.set({ connection: isRefused ? "refused" : "lost" });
  }

  async choose(flow: string): Promise<void> {
    this.#store.set({ chosen: flow });
    if (this.#store.session(flow) === undefined) await this.#reader.read(flow);
  }

  /** Another message with the chosen flow's button. */
  async newMessage(wanted: WantedMessage): Promise<void> {
    const { chosen } = this.state;
    if (chosen !== null) await this.#reader.newMessage(chosen, wanted);
  }

  /** The message's button is pressed. */
  openFlow(): void {
    this.#driver.act(({ document, phone, message }) => {
      if (phone === null || message === null || message.expired !== null) return null;
      return enterFlow(document, message.opensWith, { ...phone, phase: { kind: "closed" } });
    });
  }

  fill(name: string, value: JsonValue): void {
    this.#withPhone((phone) => {
      const step = fill(phone, name, value);
      if (step.state === phone) return null;
      this.#record((answers) => recordFilled(answers, currentScreen(phone).id, name, value));
      return step;
    });
  }

  press(target: PressTarget): void {
    this.#withPhone((phone) => {
      const step = press(phone, target);
      const left = howLeft(phone, target);
      this.#record((answers) => recordLeft(answers, currentScreen(phone).id, left));
      return step;
    });
  }

  back(): void {
    this.#withPhone((phone) => {
      const step = back(phone);
      this.#record((answers) => recordLeft(answers, currentScreen(phone).id, "back"));
      return step;
    });
  }

  retry(): void {
    this.#withPhone(outcomes.retry);
  }

  dismissFailure(): void {
    this.#withPhone((phone) =>
      phone.history.length === 0 ? closed(phone) : outcomes.dismiss(phone),
    );
  }

  dismissSnackbar(): void {
    this.#withPhone((phone) => ({ state: { ...phone, snackbar: null }, effect: null }));
  }

  /** Puts the flow away; an answer still under way is dropped. */
  closeFlow(): void {
    this.#withPhone(closed);
  }

  setFault(name: FaultName, isOn: boolean): void {
    const faults = new Set(this.state.faults);
    if (isOn) faults.add(name);
    else faults.delete(name);
    this.#store.set({ faults });
  }

  /** Sends an exchange's request again, without the phone taking notice. */
  async replay(exchange: Exchange, how: "same-bytes" | "encrypted-anew"): Promise<void> {
    const { chosen } = this.state;
    if (chosen === null) return;
    if (how === "same-bytes") await this.#sender.sendBytesAgain(chosen, exchange);
    else await this.#sender.send(chosen, exchange.request, "replay");
  }

  tell(notice: string | null): void {
    this.#store.tell(notice);
  }

  #withPhone(act: (phone: PhoneState) => Step | null): void {
    this.#driver.act(({ phone }) => (phone === null ? null : act(phone)));
  }

  #record(record: (answers: RecordedAnswers) => RecordedAnswers): void {
    const { chosen } = this.state;
    if (chosen === null) return;
    this.#store.changeSession(chosen, ({ answers }) => ({ answers: record(answers) }));
  }
}

function howLeft(phone: PhoneState, target: PressTarget): Parameters<typeof recordLeft>[2] {
  const pressed = pressables(view(phone)).find(
    (each) => JSON.stringify(each.target) === JSON.stringify(target),
  );
  return target.kind === "footer" || pressed === undefined ? "footer" : { pressed: pressed.label };
}
