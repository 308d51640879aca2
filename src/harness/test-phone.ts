// A phone with one flow message on it, in the hands of a test. It is the client's own state machine: it shows what
// WhatsApp would show, sends what WhatsApp would send, and refuses what a person could not do. An act that fails leaves
// the phone as it was.

import type { FlowJsonDocument } from "../flow-json/document.ts";
import type { JsonObject, JsonValue } from "../flow-json/json-value.ts";
import { answer, expired } from "../phone/answer.ts";
import { findMismatch } from "../phone/check-data.ts";
import type { OfferedOption } from "../phone/offered-options.ts";
import { back, createPhone, enter, fill, type FlowAction, press } from "../phone/phone.ts";
import { PhoneError } from "../phone/phone-error.ts";
import { exchangeRequest, type PhoneState, type Step, screenState } from "../phone/phone-state.ts";
import { type View, type ViewComponent, view } from "../phone/view.ts";
import { createMessageId, type DeliverCompletion } from "./deliver-completion.ts";
import { HarnessError } from "./harness-error.ts";
import {
  findOptionId,
  findShown,
  findTarget,
  hintFor,
  seenOn,
  takesSeveral,
  textsOf,
} from "./seen.ts";
import { type TestAnswer, type TestEndpoint, toTestAnswer } from "./test-endpoint.ts";
import type { PickedFile, UploadedFiles } from "./uploaded-files.ts";

/** A message that names a first screen, or data for it, opens there without asking the endpoint. */
export type Opening = {
  /** Default: the first entry screen. */
  readonly screen?: string;
  readonly data?: JsonObject;
};

export type TestPhoneParts = {
  readonly document: FlowJsonDocument;
  readonly endpoint: TestEndpoint;
  readonly uploads: UploadedFiles;
  readonly deliver: DeliverCompletion;
  readonly user: string;
  readonly flowToken: string | null;
};

/** What Meta puts where a message was sent without a flow token. */
const NO_TOKEN = "unused";

export class TestPhone {
  readonly user: string;
  /** `null`: the message came without. */
  readonly flowToken: string | null;
  readonly #parts: TestPhoneParts;
  #state: PhoneState;
  #openedUrl: string | null = null;
  /** A person can do nothing either while a request is on its way. */
  #isWaiting = false;
  /** Of the message that brings this phone's answers to the chat. */
  #messageId = "";

  constructor(parts: TestPhoneParts) {
    this.user = parts.user;
    this.flowToken = parts.flowToken;
    this.#parts = parts;
    this.#state = this.#untouched();
  }

  // What the user sees.

  get phase(): View["phase"]["kind"] {
    return this.#state.phase.kind;
  }

  /** The id of the screen shown last; `null` before the first. */
  get screen(): string | null {
    return this.#state.history.at(-1) ?? null;
  }

  /** Everything there is to read: title, texts, labels, options, Footer. */
  get texts(): readonly string[] {
    return textsOf(view(this.#state));
  }

  /** The message over the screen. */
  get snackbar(): string | null {
    return this.#state.snackbar;
  }

  /** What the screen was given, by endpoint, `navigate` and `update_data`. */
  get data(): JsonObject {
    return screenState(this.#state, this.screen ?? "").data;
  }

  /** What the chat received: the answers without the flow token. `null` unless the flow is completed. */
  get params(): JsonObject | null {
    const { phase } = this.#state;
    if (phase.kind !== "completed" || phase.params === null) return null;
    const { flow_token: _, ...params } = phase.params;
    return this.#parts.uploads.asReceived(params);
  }

  /** What the user was told when the message ended for good; `null` unless it has. */
  get expiredMessage(): string | null {
    const { phase } = this.#state;
    return phase.kind === "expired" ? phase.message : null;
  }

  /** The page that was opened last in the browser. */
  get openedUrl(): string | null {
    return this.#openedUrl;
  }

  /** Whether a component of this name is there to be seen. */
  shows(name: string): boolean {
    return seenOn(this.#state).components.some((component) => component.name === name);
  }

  /** @throws HarnessError `NO_SUCH_COMPONENT` */
  component(name: string): ViewComponent {
    return findShown(this.#state, name);
  }

  /** `null` for an input that is empty. @throws HarnessError `NO_SUCH_COMPONENT` */
  value(name: string): JsonValue {
    return this.component(name).value;
  }

  /** @throws HarnessError `NO_SUCH_COMPONENT` */
  options(name: string): readonly OfferedOption[] {
    return this.component(name).options ?? [];
  }

  /** The flow's own message about an input, until it is edited; `null` where there is none. */
  error(name: string): JsonValue {
    return this.component(name).error;
  }

  /** Whether the Footer can be pressed. */
  get canContinue(): boolean {
    return view(this.#state).footer?.enabled === true;
  }

  // What the user does.

  /**
   * Presses the message's button: with an endpoint it is asked for the first screen, without one that comes from the
   * message.
   *
   * @throws HarnessError as every act does: with what is shown instead, or with the fault that the server would meet
   */
  async open(opening?: Opening): Promise<void> {
    const { document } = this.#parts;
    const isAsked = opening === undefined && document.dataApiVersion !== null;
    const message: FlowAction = isAsked
      ? { action: "data_exchange" }
      : { action: "navigate", ...opening };
    await this.#do(() => {
      const opened = enter(this.#untouched(), message);
      if (!isAsked) assertFits(opened.state, opening?.data ?? {});
      return opened;
    });
  }

  /** Enters a value: text, a number, `true` for a tick, an option's id; `null` clears. Or several, by name. */
  fill(name: string, value: JsonValue): Promise<void>;
  fill(values: JsonObject): Promise<void>;
  async fill(...given: readonly [string, JsonValue] | readonly [JsonObject]): Promise<void> {
    const values = given.length === 1 ? Object.entries(given[0]) : [given];
    for (const [name, value] of values) {
      const component = findShown(this.#state, name);
      await this.#do(() => fill(this.#state, name, value), hintFor(component));
    }
  }

  /** Chooses options by id or title: one of a list, any number of boxes and chips, an item of a NavigationList. */
  async choose(name: string, ...wanted: readonly string[]): Promise<void> {
    const component = findShown(this.#state, name);
    const ids = wanted.map((each) => findOptionId(component, each));
    const [id] = ids;
    if (component.type === "NavigationList" && id !== undefined) {
      await this.#do(() => press(this.#state, { kind: "item", list: name, id }));
    } else {
      await this.fill(name, takesSeveral(component) ? ids : (id ?? null));
    }
  }

  /** `YYYY-MM-DD`; the last day too where a calendar takes a range. */
  async pickDate(name: string, date: string, lastDate?: string): Promise<void> {
    const range = {
      "start-date": date,
      ...(lastDate === undefined ? {} : { "end-date": lastDate }),
    };
    const isRange = this.component(name).properties["mode"] === "range";
    await this.fill(name, isRange ? range : date);
  }

  /** Picks photos or documents, in exchange for those picked before. */
  async pickFiles(name: string, ...files: readonly PickedFile[]): Promise<void> {
    await this.fill(
      name,
      files.map((file) => this.#parts.uploads.upload(file)),
    );
  }

  /** Presses the Footer, or the link or list item that says `label`; an OptIn's link says "Read more". */
  async press(label?: string): Promise<void> {
    await this.#do(() => press(this.#state, findTarget(this.#state, label)));
  }

  /** From the first screen this leaves the flow. */
  async back(): Promise<void> {
    await this.#do(() => back(this.#state));
  }

  /**
   * Sends a data_exchange past the screens, as a modified client can: nothing of it need be on the phone, and nothing
   * changes there.
   */
  async exchange(screen: string, data: JsonObject): Promise<TestAnswer> {
    const request = exchangeRequest(this.#untouched(), "data_exchange", screen, data);
    return toTestAnswer(await this.#parts.endpoint.send(request));
  }

  /**
   * Brings the answers of the completed flow to the handler's `completed`. Again with the same ones, as it may happen.
   *
   * @throws HarnessError `NOT_COMPLETED`; and what the handler throws
   */
  async deliver(): Promise<void> {
    const { params, user, flowToken } = this;
    if (params === null) {
      const where = this.phase === "showing" ? `shows ${this.screen}` : `is ${this.phase}`;
      throw new HarnessError("NOT_COMPLETED", `no answers to deliver: the phone ${where}`);
    }
    const response = flowToken === null ? params : { ...params, flow_token: flowToken };
    await this.#parts.deliver({ messageId: this.#messageId, user, flowToken, response });
  }

  #untouched(): PhoneState {
    return createPhone(this.#parts.document, { flowToken: this.flowToken ?? NO_TOKEN });
  }

  async #do(act: () => Step, hint = ""): Promise<void> {
    if (this.#isWaiting) {
      throw new HarnessError("NOT_SHOWING", "the phone waits for an answer; await the act before");
    }
    const { state, effect } = await this.#settle(this.#tryAct(act, hint));
    if (state.phase.kind === "failed") {
      const { error, detail } = state.phase.failure;
      throw new HarnessError("CLIENT_REFUSED", `WhatsApp refuses the answer: ${error}: ${detail}`);
    }
    if (effect?.kind === "open_url") this.#openedUrl = effect.url;
    if (state.phase.kind === "completed") this.#messageId = createMessageId();
    this.#state = state;
  }

  /** Sends what the phone wants sent, until it wants nothing more. */
  async #settle(step: Step): Promise<Step> {
    let { state, effect } = step;
    while (effect?.kind === "exchange") {
      this.#isWaiting = true;
      try {
        const response = await this.#parts.endpoint.send(effect.request);
        ({ state, effect } =
          response.status === 200
            ? answer(state, response.body)
            : expired(state, response.message));
      } finally {
        this.#isWaiting = false;
      }
    }
    return { state, effect };
  }

  #tryAct(act: () => Step, hint: string): Step {
    try {
      return act();
    } catch (cause) {
      if (!(cause instanceof PhoneError)) throw cause;
      const where = this.screen === null ? "" : `${this.screen}: `;
      throw new HarnessError(cause.code, `${where}${cause.message}${hint}`, { cause });
    }
  }
}

function assertFits(opened: PhoneState, data: JsonObject): void {
  const id = opened.history.at(-1) ?? "";
  const screen = opened.document.screen(id);
  const mismatch = screen === undefined ? null : findMismatch(screen.model, data, ["data"]);
  if (mismatch === null) return;
  throw new HarnessError(
    "DATA_REFUSED",
    `${id}: ${mismatch}; open it with { data }, for instance flow.example("${id}")`,
  );
}
