// The page's one object with a life: it holds the state, does what the phone asks for, and tells
// whoever draws the page. It knows no element of it.

import { FlowJsonError } from "../../flow-json/flow-json-error.ts";
import type { JsonObject, JsonValue } from "../../flow-json/json-value.ts";
import * as outcomes from "../../phone/answer.ts";
import { back, fill, press, type PressTarget } from "../../phone/phone.ts";
import { PhoneError } from "../../phone/phone-error.ts";
import {
  currentScreen,
  type DataExchangeRequest,
  type PhoneState,
  type Step,
} from "../../phone/phone-state.ts";
import { pressables } from "../../phone/pressable.ts";
import { view } from "../../phone/view.ts";
import type { PlayerEvent, PlayerProblem } from "../api.ts";
import { nowMs } from "./browser-clock.ts";
import { deliverCompletion } from "./deliver-completion.ts";
import { type Exchange, judge } from "./exchange.ts";
import type { FaultName, Faults } from "./faults.ts";
import { asChatParams } from "./media-memory.ts";
import { type PlayerApi, PlayerApiError } from "./player-api.ts";
import {
  type ChatMessage,
  chosenSession,
  EMPTY_STATE,
  type FlowSession,
  type PlayerState,
} from "./player-state.ts";
import { recordFilled, recordLeft } from "./recorded-answers.ts";
import {
  beginChat,
  closed,
  enterFlow,
  isOpen,
  renewMessage,
  takeDetail,
  takeOutcome,
  usualMessage,
  type WantedMessage,
} from "./session-steps.ts";
import { createTransport, type Transport, type TransportOutcome } from "./transport.ts";

/** Long enough to fill in a form with a debugger in between. */
const TOKEN_TTL_SECONDS = 24 * 60 * 60;

/** What stands in for a server that starts; the server's own `hello` follows. */
const SERVER_AWAY = 503;

const NO_FAULTS: Faults = new Set();

export class Player {
  readonly #api: PlayerApi;
  readonly #openUrl: (url: string) => void;
  readonly #listeners = new Set<() => void>();
  readonly #transports = new Map<string, Transport>();
  #state: PlayerState = EMPTY_STATE;
  #server: string | null = null;

  constructor(api: PlayerApi, openUrl: (url: string) => void) {
    this.#api = api;
    this.#openUrl = openUrl;
  }

  get state(): PlayerState {
    return this.#state;
  }

  /** The API that components upload files with. */
  get api(): PlayerApi {
    return this.#api;
  }

  /** @returns what ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads every flow anew, keeping of the open ones what still fits. */
  async reload(): Promise<void> {
    try {
      const flows = await this.#api.flows();
      this.#set({ flows });
      await Promise.all([...this.#state.sessions.keys()].map((flow) => this.#reloadFlow(flow)));
    } catch (error) {
      this.#lose(error);
    }
  }

  async choose(flow: string): Promise<void> {
    this.#set({ chosen: flow });
    if (!this.#state.sessions.has(flow)) await this.#reloadFlow(flow);
  }

  /** The server's word about itself and its files. */
  async receive(event: PlayerEvent): Promise<void> {
    // Whoever tells of changes stands in for the server.
    this.#set({ connection: event.kind === "hello" ? "live" : "lost" });
    if (event.kind === "hello") {
      if (event.server === this.#server) return;
      this.#server = event.server;
      this.#transports.clear();
    }
    const problem = event.kind === "changed" ? event.problem : null;
    // Before anything is read: the next event may come meanwhile, and bring another.
    this.#set({ problem });
    if (problem === null) await this.reload();
  }

  disconnected(isRefused: boolean): void {
    this.#set({ connection: isRefused ? "refused" : "lost" });
  }

  /** Another message with the chosen flow's button. */
  async newMessage(wanted: WantedMessage): Promise<void> {
    const { chosen } = this.#state;
    if (chosen === null) return;
    const message = await this.#receiveMessage(chosen, wanted);
    if (message !== null) this.#changeOf(chosen, (session) => beginChat(session, message));
  }

  /** The message's button is pressed. */
  openFlow(): void {
    this.#act((session) => {
      const { document, phone, message } = session;
      if (phone === null || message === null || message.expired !== null) return null;
      return enterFlow(document, message.opensWith, { ...phone, phase: { kind: "closed" } });
    });
  }

  fill(name: string, value: JsonValue): void {
    this.#act(({ phone }) => {
      if (phone === null) return null;
      const step = fill(phone, name, value);
      if (step.state === phone) return null;
      const screen = currentScreen(phone).id;
      this.#change(({ answers }) => ({ answers: recordFilled(answers, screen, name, value) }));
      return step;
    });
  }

  press(target: PressTarget): void {
    this.#act(({ phone }) => {
      if (phone === null) return null;
      const step = press(phone, target);
      this.#recordLeft(phone, target);
      return step;
    });
  }

  back(): void {
    this.#act(({ phone }) => {
      if (phone === null) return null;
      const step = back(phone);
      const { id } = currentScreen(phone);
      this.#change(({ answers }) => ({ answers: recordLeft(answers, id, "back") }));
      return step;
    });
  }

  retry(): void {
    this.#act(({ phone }) => (phone === null ? null : outcomes.retry(phone)));
  }

  dismissFailure(): void {
    this.#act(({ phone }) => {
      if (phone === null) return null;
      return phone.history.length === 0 ? closed(phone) : outcomes.dismiss(phone);
    });
  }

  dismissSnackbar(): void {
    this.#act(({ phone }) =>
      phone === null ? null : { state: { ...phone, snackbar: null }, effect: null },
    );
  }

  /** Puts the flow away; an answer still under way is dropped. */
  closeFlow(): void {
    this.#act(({ phone }) => (phone === null ? null : closed(phone)));
  }

  setFault(name: FaultName, isOn: boolean): void {
    const faults = new Set(this.#state.faults);
    if (isOn) faults.add(name);
    else faults.delete(name);
    this.#set({ faults });
  }

  /** Sends an exchange's request again, without the phone taking notice. */
  async replay(exchange: Exchange, how: "same-bytes" | "encrypted-anew"): Promise<void> {
    const { chosen } = this.#state;
    if (chosen === null) return;
    if (how === "same-bytes") await this.#transport(chosen).sendBytesAgain(exchange);
    else await this.#sendOrLose(chosen, exchange.request, "replay");
  }

  tell(notice: string | null): void {
    this.#set({ notice });
  }

  async #reloadFlow(flow: string): Promise<void> {
    try {
      const detail = await this.#api.flow(flow);
      this.#setSession(flow, takeDetail(this.#state.sessions.get(flow), detail));
      await this.#renewMessage(flow);
    } catch (error) {
      if (!(error instanceof FlowJsonError)) {
        this.#lose(error);
        return;
      }
      const { message, line, column } = error;
      this.#setProblem(flow, { message, file: `handlers/${flow}/flow.json`, line, column });
    }
  }

  /** Where there is none yet, or one from before flow.json was saved. */
  async #renewMessage(flow: string): Promise<void> {
    const session = this.#state.sessions.get(flow);
    if (session === undefined || session.message?.flowJson === session.detail.flowJson) return;
    const wanted = session.message ?? usualMessage(session.document);
    const message = await this.#receiveMessage(flow, wanted);
    const before = this.#state.sessions.get(flow);
    if (message === null || before === undefined) return;
    const after = renewMessage(before, message);
    this.#setSession(flow, after);
    const isLost =
      before.phone !== null && isOpen(before.phone) && after.phone?.phase.kind === "closed";
    if (isLost && flow === this.#state.chosen) this.openFlow();
  }

  /** @returns `null` when the server cannot send one; the page says so */
  async #receiveMessage(
    flow: string,
    { claims, opensWith }: WantedMessage,
  ): Promise<ChatMessage | null> {
    const flowJson = this.#state.sessions.get(flow)?.detail.flowJson ?? "";
    try {
      const opened = await this.#api.openMessage(flow, { claims, ttlSeconds: TOKEN_TTL_SECONDS });
      return { ...opened, claims, opensWith, flowJson, sentMs: nowMs(), expired: null };
    } catch (error) {
      this.#lose(error);
      return null;
    }
  }

  #recordLeft(phone: PhoneState, target: PressTarget): void {
    const { id } = currentScreen(phone);
    const pressed = pressables(view(phone)).find(
      (each) => JSON.stringify(each.target) === JSON.stringify(target),
    );
    const left =
      target.kind === "footer" || pressed === undefined ? "footer" : { pressed: pressed.label };
    this.#change(({ answers }) => ({ answers: recordLeft(answers, id, left) }));
  }

  /** Lets the phone of the chosen flow do something, and does what it then asks for. */
  #act(act: (session: FlowSession) => Step | null): void {
    const session = chosenSession(this.#state);
    const { chosen } = this.#state;
    if (session === null || chosen === null) return;
    try {
      const step = act(session);
      if (step !== null) this.#apply(chosen, step);
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error;
      this.tell(error.message);
    }
  }

  #apply(flow: string, { state, effect }: Step): void {
    this.#changeOf(flow, ({ message }) => ({
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
        this.#openUrl(effect.url);
        return;
      case "notify":
        // Nobody waits for its answer; the list of exchanges shows what came of it.
        void this.#sendOrLose(flow, effect.request, "notification");
        return;
      case "exchange":
        void this.#exchange(flow, effect.request);
    }
  }

  async #exchange(flow: string, request: DataExchangeRequest): Promise<void> {
    const outcome = await this.#sendOrLose(flow, request, "phone");
    const phone = this.#state.sessions.get(flow)?.phone;
    // The flow may have been closed or begun anew in the meantime.
    if (phone?.phase.kind !== "waiting" || phone.phase.request !== request) return;
    this.#apply(flow, takeOutcome(phone, outcome));
  }

  async #sendOrLose(
    flow: string,
    request: DataExchangeRequest,
    cause: Exchange["cause"],
  ): Promise<TransportOutcome> {
    const faults = cause === "phone" ? this.#state.faults : NO_FAULTS;
    try {
      return await this.#transport(flow).send(request, cause, faults);
    } catch (error) {
      this.#lose(error);
      return { kind: "unanswered", error: "no_http_response_error" };
    }
  }

  async #deliver(flow: string, params: JsonObject): Promise<void> {
    const message = this.#state.sessions.get(flow)?.message;
    if (message === null || message === undefined) return;
    const responseJson = JSON.stringify(asChatParams(params));
    const progress = deliverCompletion(this.#api, message, responseJson);
    for await (const completion of progress) {
      if (this.#state.sessions.get(flow)?.message !== message) return;
      this.#changeOf(flow, () => ({ completion }));
    }
  }

  #transport(flow: string): Transport {
    const known = this.#transports.get(flow);
    if (known !== undefined) return known;
    const transport = createTransport({
      api: this.#api,
      flow,
      record: (exchange) => this.#record(flow, exchange),
      judge: (request, status, clear) => {
        const phone = this.#state.sessions.get(flow)?.phone ?? null;
        if (phone === null) return { fits: false, text: "the flow is no longer there" };
        return judge(phone, request, status, clear);
      },
    });
    this.#transports.set(flow, transport);
    return transport;
  }

  #record(flow: string, exchange: Exchange): void {
    this.#changeOf(flow, ({ exchanges }) => {
      const isKnown = exchanges.some(({ id }) => id === exchange.id);
      return {
        exchanges: isKnown
          ? exchanges.map((each) => (each.id === exchange.id ? exchange : each))
          : [...exchanges, exchange],
      };
    });
  }

  #lose(error: unknown): void {
    const isAway = error instanceof PlayerApiError && error.status === SERVER_AWAY;
    if (isAway || error instanceof TypeError) this.#set({ connection: "lost" });
    else if (error instanceof PlayerApiError) this.tell(error.message);
    else throw error;
  }

  #setProblem(flow: string, problem: PlayerProblem): void {
    const flows = this.#state.flows.map((each) =>
      each.flow === flow ? { ...each, problem } : each,
    );
    this.#set({ flows });
  }

  #change(change: (session: FlowSession) => Partial<FlowSession>): void {
    if (this.#state.chosen !== null) this.#changeOf(this.#state.chosen, change);
  }

  #changeOf(flow: string, change: (session: FlowSession) => Partial<FlowSession>): void {
    const session = this.#state.sessions.get(flow);
    if (session !== undefined) this.#setSession(flow, { ...session, ...change(session) });
  }

  #setSession(flow: string, session: FlowSession): void {
    this.#set({ sessions: new Map(this.#state.sessions).set(flow, session) });
  }

  #set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
