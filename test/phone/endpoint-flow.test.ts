import { describe, expect, it } from "vitest";
import {
  answer,
  dismiss,
  expired,
  fail,
  retry,
  unanswered,
  undecryptable,
} from "../../src/phone/answer.ts";
import { back, enter, fill, press } from "../../src/phone/phone.ts";
import type { PhoneState, Step } from "../../src/phone/phone-state.ts";
import { view } from "../../src/phone/view.ts";
import { exchange, flowText, footer, input, screen } from "../flow-json/flow-text.ts";
import { phoneWith, requestOf, walk } from "./open-phone.ts";

const option = {
  type: "object",
  properties: { id: { type: "string" }, title: { type: "string" } },
};

const text = flowText(
  [
    screen(
      "PICK",
      [
        input("Dropdown", "department", {
          "data-source": "${data.departments}",
          required: true,
          "on-select-action": exchange({ trigger: "selected", department: "${form.department}" }),
        }),
        input("Dropdown", "slot", {
          "data-source": "${data.slots}",
          enabled: "${data.has_slots}",
          required: true,
          "error-message": "${data.slot_error}",
        }),
        input("TextInput", "note", { "init-value": "${data.note}" }),
        footer(exchange({ trigger: "submitted", slot: "${form.slot}" })),
      ],
      {
        data: {
          departments: { type: "array", items: option, __example__: [] },
          slots: { type: "array", items: option, __example__: [] },
          has_slots: { type: "boolean", __example__: false },
          slot_error: { type: "string", __example__: "" },
          note: { type: "string", __example__: "" },
          required: ["departments", "slots", "has_slots"],
        },
      },
    ),
    screen("DETAILS", [footer(exchange())], { refresh_on_back: true }),
    screen("DONE", [], { terminal: true }),
  ],
  { routing_model: { PICK: ["DETAILS"], DETAILS: ["DONE"], DONE: [] } },
);

const departments = [
  { id: "eye", title: "Eyes" },
  { id: "ear", title: "Ears" },
];
const monday = { id: "mon", title: "Monday" };
const tuesday = { id: "tue", title: "Tuesday" };
const FOOTER = { kind: "footer" } as const;

function opened(data: object = {}): Step {
  const init = enter(phoneWith(text), { action: "data_exchange" });
  return answer(init.state, {
    screen: "PICK",
    data: { departments, slots: [], has_slots: false, ...data },
  });
}

/** On PICK, with a slot chosen and the submit on its way. */
function submitted(): Step {
  return walk(
    opened({ slots: [monday], has_slots: true }),
    (phone) => fill(phone, "department", "eye"),
    (phone) =>
      answer(phone, { screen: "PICK", data: { departments, slots: [monday], has_slots: true } }),
    (phone) => fill(phone, "slot", "mon"),
    (phone) => press(phone, FOOTER),
  );
}

function onDetails(): Step {
  return walk(submitted(), (phone) => answer(phone, { screen: "DETAILS", data: {} }));
}

const valueOf = (state: PhoneState, wanted: string) =>
  view(state).components.find(({ name }) => name === wanted);

describe("a flow with an endpoint", () => {
  it("asks for its first screen", () => {
    const init = enter(phoneWith(text), { action: "data_exchange" });

    expect(init.effect).toEqual({
      kind: "exchange",
      request: { version: "3.0", action: "INIT", screen: "", data: {}, flow_token: "token-1" },
    });
    expect(view(init.state)).toMatchObject({ phase: { kind: "waiting" }, screen: null });
  });

  it("shows the screen that the endpoint answers with", () => {
    const { state, effect } = opened();

    expect(effect).toBeNull();
    expect(view(state)).toMatchObject({ phase: { kind: "showing" }, screen: "PICK" });
    expect(valueOf(state, "department")?.options?.map(({ id, title }) => [id, title])).toEqual([
      ["eye", "Eyes"],
      ["ear", "Ears"],
    ]);
    expect(valueOf(state, "slot")?.enabled).toBe(false);
  });

  it("sends a selection at once, and lets nothing else be done meanwhile", () => {
    const selected = fill(opened().state, "department", "eye");

    expect(requestOf(selected)).toEqual({
      version: "3.0",
      action: "data_exchange",
      screen: "PICK",
      data: { trigger: "selected", department: "eye" },
      flow_token: "token-1",
    });
    expect(view(submitted().state).footer).toMatchObject({ enabled: false, blockedBy: [] });
    expect(() => press(selected.state, FOOTER)).toThrow(
      expect.objectContaining({ code: "NOT_SHOWING" }),
    );
  });

  it("sends nothing when a selection stays what it was", () => {
    const { state } = walk(
      opened(),
      (phone) => fill(phone, "department", "eye"),
      (phone) =>
        answer(phone, { screen: "PICK", data: { departments, slots: [], has_slots: false } }),
    );

    expect(fill(state, "department", "eye").effect).toBeNull();
  });

  it("keeps a choice as long as its option is offered", () => {
    const { state: waiting } = submitted();
    const reply = (slots: readonly object[]) =>
      answer(waiting, { screen: "PICK", data: { departments, slots, has_slots: true } }).state;

    expect(valueOf(reply([tuesday, monday]), "slot")?.value).toBe("mon");
    expect(valueOf(reply([tuesday]), "slot")?.value).toBeNull();
    expect(valueOf(reply([tuesday]), "department")?.value).toBe("eye");
  });

  it("merges an answer's data into what the screen has", () => {
    const { state } = walk(submitted(), (phone) =>
      answer(phone, {
        screen: "PICK",
        data: { departments: [], slots: [monday], has_slots: true, error_message: "Try again" },
      }),
    );

    expect(view(state)).toMatchObject({ screen: "PICK", snackbar: "Try again" });
    expect(valueOf(state, "department")?.options).toEqual([]);
    expect(state.history).toEqual(["PICK"]);
  });

  it("shows no snackbar for an empty message", () => {
    const { state } = walk(submitted(), (phone) =>
      answer(phone, {
        screen: "PICK",
        data: { departments, slots: [monday], has_slots: true, error_message: "" },
      }),
    );

    expect(view(state).snackbar).toBeNull();
  });

  it("takes the snackbar away with the next request", () => {
    const { state } = walk(
      submitted(),
      (phone) =>
        answer(phone, {
          screen: "PICK",
          data: { departments, slots: [monday], has_slots: true, error_message: "No" },
        }),
      (phone) => press(phone, FOOTER),
    );

    expect(view(state).snackbar).toBeNull();
  });

  it("shows an input's error until that input is edited, and again with the next answer", () => {
    const data = { departments, slots: [monday, tuesday], has_slots: true, slot_error: "Taken" };
    const replied = walk(submitted(), (phone) => answer(phone, { screen: "PICK", data }));
    const edited = fill(replied.state, "slot", "tue");
    const again = walk(
      edited,
      (phone) => press(phone, FOOTER),
      (phone) => answer(phone, { screen: "PICK", data }),
    );

    expect(valueOf(replied.state, "slot")?.error).toBe("Taken");
    expect(valueOf(edited.state, "slot")?.error).toBeNull();
    expect(valueOf(again.state, "slot")?.error).toBe("Taken");
  });

  it("sets an init value again when an answer brings it, and leaves typed text alone otherwise", () => {
    const start = walk(
      opened({ slots: [monday], has_slots: true, note: "first" }),
      (phone) => fill(phone, "note", "typed"),
      (phone) => fill(phone, "department", "eye"),
    );
    const reply = (more: object) =>
      answer(start.state, {
        screen: "PICK",
        data: { departments, slots: [monday], has_slots: true, ...more },
      }).state;

    expect(valueOf(opened({ note: "first" }).state, "note")?.value).toBe("first");
    expect(valueOf(reply({}), "note")?.value).toBe("typed");
    expect(valueOf(reply({ note: "second" }), "note")?.value).toBe("second");
  });

  it("pushes another screen, and comes back to it along the edge", () => {
    const { state } = onDetails();

    expect(state.history).toEqual(["PICK", "DETAILS"]);
    const answered = walk(
      { state, effect: null },
      (phone) => press(phone, FOOTER),
      (phone) =>
        answer(phone, { screen: "PICK", data: { departments, slots: [monday], has_slots: true } }),
    );
    expect(answered.state.history).toEqual(["PICK", "DETAILS", "PICK"]);
  });

  it("asks the endpoint when a screen with refresh_on_back is left", () => {
    const left = back(onDetails().state);

    expect(requestOf(left)).toMatchObject({ action: "BACK", screen: "DETAILS", data: {} });
    const { state } = answer(left.state, {
      screen: "PICK",
      data: { departments, slots: [tuesday], has_slots: true },
    });
    expect(state.history).toEqual(["PICK"]);
    expect(valueOf(state, "slot")?.options).toHaveLength(1);
  });

  it("asks nobody when another screen is left", () => {
    const { state } = walk(
      onDetails(),
      (phone) => press(phone, FOOTER),
      (phone) => answer(phone, { screen: "DONE" }),
    );

    const left = back(state);

    expect(left.effect).toBeNull();
    expect(left.state.history).toEqual(["PICK", "DETAILS"]);
  });

  it("stays where the endpoint answers BACK with the screen being left", () => {
    const left = back(onDetails().state);

    expect(answer(left.state, { screen: "DETAILS" }).state.history).toEqual(["PICK", "DETAILS"]);
  });

  it("completes with the endpoint's params as they are", () => {
    const { state } = answer(submitted().state, {
      screen: "SUCCESS",
      data: { extension_message_response: { params: { flow_token: "t", id: 7 } } },
    });

    expect(state.phase).toEqual({ kind: "completed", params: { flow_token: "t", id: 7 } });
  });

  it("completes without a message where the endpoint gives no params", () => {
    const { state } = answer(submitted().state, { screen: "SUCCESS", data: null });

    expect(state.phase).toEqual({ kind: "completed", params: null });
  });
});

describe("an answer that a client refuses", () => {
  const data = { departments, slots: [], has_slots: false };

  it.each<[string, unknown, string, string]>([
    [
      "a screen no route joins",
      { screen: "DONE", data: {} },
      "invalid-screen-transition",
      "no route joins PICK and DONE",
    ],
    [
      "a screen that does not exist",
      { screen: "ZZ", data: {} },
      "invalid-screen-transition",
      "ZZ is no key of the routing model",
    ],
    [
      "data without a required key",
      { screen: "PICK", data: { departments } },
      "payload-schema-error",
      "data.slots is missing",
    ],
    [
      "no data where some are required",
      { screen: "PICK" },
      "payload-schema-error",
      "data.departments is missing",
    ],
    [
      "data of another type",
      { screen: "PICK", data: { ...data, has_slots: "no" } },
      "payload-schema-error",
      "data.has_slots is not a boolean",
    ],
    [
      "an option without its title",
      { screen: "PICK", data: { ...data, slots: [{ id: "x" }] } },
      "payload-schema-error",
      "data.slots[0].title is missing",
    ],
    [
      "data for a screen that has none",
      { screen: "DETAILS", data: { x: 1 } },
      "payload-schema-error",
      "data.x is sent, but DETAILS declares no data",
    ],
  ])("is %s", (_name, response, error, detail) => {
    const { state, effect } = answer(submitted().state, response);

    expect(state.phase).toMatchObject({ kind: "failed", failure: { error, detail, retry: null } });
    expect(effect).toEqual({
      kind: "notify",
      request: {
        version: "3.0",
        action: "data_exchange",
        screen: "PICK",
        data: { error, error_message: "The answer does not fit the flow." },
        flow_token: "token-1",
      },
    });
  });

  it.each<[string, unknown]>([
    ["text", "hello"],
    ["a list", []],
    ["an answer without a screen", { data: {} }],
    ["data that are a list", { screen: "PICK", data: [] }],
    ["an error message that is no text", { screen: "PICK", data: { error_message: 5 } }],
    [
      "params that are no object",
      { screen: "SUCCESS", data: { extension_message_response: { params: 1 } } },
    ],
  ])("is %s, which is reported to nobody", (_name, response) => {
    const { state, effect } = answer(submitted().state, response);

    expect(state.phase).toMatchObject({ kind: "failed", failure: { error: "invalid-response" } });
    expect(effect).toBeNull();
  });

  it("is, on INIT, a screen that is not an entry", () => {
    const init = enter(phoneWith(text), { action: "data_exchange" });

    const { state, effect } = answer(init.state, { screen: "DETAILS", data: {} });

    expect(state.phase).toMatchObject({
      kind: "failed",
      failure: { error: "invalid-screen-transition", detail: "DETAILS is not an entry screen" },
    });
    expect(effect).toMatchObject({ kind: "notify", request: { action: "INIT", screen: "" } });
  });

  it("is not one with more data than the screen declares", () => {
    const { state } = answer(submitted().state, { screen: "PICK", data: { ...data, more: 1 } });

    expect(state.phase).toEqual({ kind: "showing" });
  });

  it("can be put aside, to go on with the screen that was there", () => {
    const { state } = walk(submitted(), (phone) => answer(phone, { screen: "ZZ" }), dismiss);

    expect(view(state)).toMatchObject({ phase: { kind: "showing" }, screen: "PICK" });
    expect(valueOf(state, "slot")?.value).toBe("mon");
  });
});

describe("an exchange that fails", () => {
  it("may be sent again", () => {
    const first = submitted();
    const failed = fail(first.state, 500);

    expect(failed.state.phase).toMatchObject({
      kind: "failed",
      failure: { error: "unexpected-status", status: 500 },
    });
    expect(requestOf(retry(failed.state))).toEqual(requestOf(first));
  });

  it("may not be sent again after a second 421", () => {
    const { state } = fail(submitted().state, 421);

    expect(() => retry(state)).toThrow(expect.objectContaining({ code: "DISABLED" }));
  });

  it.each(["timeout_error", "no_http_response_error"] as const)(
    "may be sent again after a %s, and reports nothing",
    (error) => {
      const first = submitted();
      const failed = unanswered(first.state, error);

      expect(failed.state.phase).toMatchObject({ failure: { error, status: null } });
      expect(failed.effect).toBeNull();
      expect(requestOf(retry(failed.state))).toEqual(requestOf(first));
    },
  );

  it("is reported, and over, when the answer does not decrypt", () => {
    const { state, effect } = undecryptable(submitted().state);

    expect(effect).toMatchObject({
      kind: "notify",
      request: {
        action: "data_exchange",
        data: {
          error: "response-decryption-error",
          error_message: "The answer could not be decrypted.",
        },
      },
    });
    expect(() => retry(state)).toThrow(expect.objectContaining({ code: "DISABLED" }));
  });

  it("ends the flow when the token has expired", () => {
    const { state } = expired(submitted().state, "This form is no longer open.");

    expect(state.phase).toEqual({ kind: "expired", message: "This form is no longer open." });
  });

  it.each([
    ["answer", (phone: PhoneState) => answer(phone, { screen: "PICK" })],
    ["failure", (phone: PhoneState) => fail(phone, 500)],
    ["expiry", (phone: PhoneState) => expired(phone, "late")],
  ])("takes no %s that it has not asked for", (_name, act) => {
    expect(() => act(opened().state)).toThrow(expect.objectContaining({ code: "NOT_SHOWING" }));
  });
});
