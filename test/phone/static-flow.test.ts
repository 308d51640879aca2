import { describe, expect, it } from "vitest";
import { back, enter, fill, press } from "../../src/phone/phone.ts";
import { view } from "../../src/phone/view.ts";
import {
  complete,
  footer,
  input,
  navigate,
  options,
  screen,
  staticFlowText,
} from "../flow-json/flow-text.ts";
import { phoneWith, walk } from "./open-phone.ts";

const FOOTER = { kind: "footer" } as const;

const text = staticFlowText([
  screen("ASK", [
    input("TextInput", "name", { required: true, "min-chars": 2 }),
    input("TextInput", "mail", { "input-type": "email" }),
    input("Dropdown", "size", { required: true, "data-source": options }),
    input("OptIn", "news"),
    footer(navigate("CHECK", { greeting: "`'Hello ' ${form.name}`", size: "${form.size}" })),
  ]),
  screen(
    "CHECK",
    [
      { type: "TextBody", text: "${data.greeting}" },
      footer(
        complete({
          name: "${screen.ASK.form.name}",
          size: "${data.size}",
          news: "${screen.ASK.form.news}",
        }),
      ),
    ],
    {
      terminal: true,
      data: {
        greeting: { type: "string", __example__: "" },
        size: { type: "string", __example__: "" },
      },
    },
  ),
]);

describe("a static flow", () => {
  it("opens at its entry screen without asking anybody", () => {
    const { state, effect } = enter(phoneWith(text), { action: "navigate" });

    expect(effect).toBeNull();
    expect(view(state)).toMatchObject({
      phase: { kind: "showing" },
      screen: "ASK",
      title: "ASK",
      hasBack: false,
      snackbar: null,
    });
  });

  it("opens where the message says, with the data the message brings", () => {
    const { state } = enter(phoneWith(text), {
      action: "navigate",
      screen: "CHECK",
      data: { greeting: "Hi" },
    });

    expect(view(state).components[0]?.properties).toEqual({ text: "Hi" });
  });

  it("cannot open at a screen it does not have", () => {
    expect(() => enter(phoneWith(text), { action: "navigate", screen: "ZZ" })).toThrow(
      expect.objectContaining({ code: "NO_SUCH_SCREEN" }),
    );
  });

  it("says what the footer waits for, and refuses to press it", () => {
    const { state } = walk(enter(phoneWith(text), { action: "navigate" }), (phone) =>
      fill(phone, "name", "A"),
    );

    expect(view(state).footer).toMatchObject({
      label: "Continue",
      enabled: false,
      blockedBy: [
        { name: "name", problem: "too-short" },
        { name: "size", problem: "missing" },
      ],
    });
    expect(() => press(state, FOOTER)).toThrow(expect.objectContaining({ code: "DISABLED" }));
  });

  it("shows what is wrong with an optional input without waiting for it", () => {
    const { state } = walk(
      enter(phoneWith(text), { action: "navigate" }),
      (phone) => fill(phone, "name", "Ada"),
      (phone) => fill(phone, "size", "a"),
      (phone) => fill(phone, "mail", "ada@"),
    );

    expect(view(state).components.find(({ name }) => name === "mail")).toMatchObject({
      value: "ada@",
      problem: "format",
      required: false,
    });
    expect(view(state).footer?.enabled).toBe(true);
  });

  it("completes with what the actions' payloads evaluate to, and the flow token", () => {
    const { state, effect } = walk(
      enter(phoneWith(text), { action: "navigate" }),
      (phone) => fill(phone, "name", "Ada"),
      (phone) => fill(phone, "size", "b"),
      (phone) => press(phone, FOOTER),
      (phone) => press(phone, FOOTER),
    );

    expect(effect).toBeNull();
    expect(state.phase).toEqual({
      kind: "completed",
      params: { name: "Ada", size: "b", news: null, flow_token: "token-1" },
    });
    expect(state.history).toEqual(["ASK", "CHECK"]);
  });

  it("keeps answers and data when the user goes back and forth", () => {
    const { state } = walk(
      enter(phoneWith(text), { action: "navigate" }),
      (phone) => fill(phone, "name", "Ada"),
      (phone) => fill(phone, "size", "b"),
      (phone) => press(phone, FOOTER),
      back,
      (phone) => fill(phone, "name", "Grace"),
      (phone) => press(phone, FOOTER),
    );

    expect(view(state)).toMatchObject({ screen: "CHECK", hasBack: true });
    expect(view(state).components[0]?.properties).toEqual({ text: "Hello Grace" });
  });

  it("is left by going back from its first screen", () => {
    const { state } = walk(enter(phoneWith(text), { action: "navigate" }), back);

    expect(state.phase).toEqual({ kind: "closed" });
    expect(() => fill(state, "name", "Ada")).toThrow(
      expect.objectContaining({ code: "NOT_SHOWING" }),
    );
  });

  it("does not change a state that has been acted on", () => {
    const before = enter(phoneWith(text), { action: "navigate" }).state;
    const seen = view(before);

    fill(before, "name", "Ada");

    expect(view(before)).toEqual(seen);
  });

  it("fails, and does not throw, where flow.json itself leads nowhere", () => {
    const broken = staticFlowText([screen("A", [footer(navigate("ZZ"))])]);

    const { state } = walk(enter(phoneWith(broken), { action: "navigate" }), (phone) =>
      press(phone, FOOTER),
    );

    expect(state.phase).toMatchObject({
      kind: "failed",
      failure: { error: "invalid-screen-transition", retry: null },
    });
  });
});

describe("what cannot be entered", () => {
  const inputs = staticFlowText([
    screen("A", [
      input("TextInput", "text"),
      input("Dropdown", "one", {
        "data-source": [...options, { id: "c", title: "C", enabled: false }],
      }),
      input("CheckboxGroup", "many", { "data-source": options }),
      input("OptIn", "agree"),
      input("DatePicker", "date", {
        "min-date": "2026-01-01",
        "max-date": "2026-12-31",
        "unavailable-dates": ["2026-02-02"],
      }),
      input("CalendarPicker", "stay", {
        mode: "range",
        label: { "start-date": "From", "end-date": "To" },
        "min-days": 2,
        "include-days": ["Mon", "Tue", "Wed", "Thu", "Fri"],
      }),
      input("PhotoPicker", "photo"),
      input("TextInput", "off", { enabled: false }),
      input("TextInput", "hidden", { visible: false }),
    ]),
  ]);
  const { state } = enter(phoneWith(inputs), { action: "navigate" });

  it.each<[string, string, unknown]>([
    ["a boolean as text", "text", true],
    ["an option that is not offered", "one", "z"],
    ["an option that is disabled", "one", "c"],
    ["a list for one choice", "one", ["a"]],
    ["one id for a list", "many", "a"],
    ["an id twice", "many", ["a", "a"]],
    ["text for an opt-in", "agree", "yes"],
    ["a date that does not exist", "date", "2026-02-31"],
    ["a date before the first", "date", "2025-12-31"],
    ["a date after the last", "date", "2027-01-01"],
    ["a date that is taken", "date", "2026-02-02"],
    ["a stay that is too short", "stay", { "start-date": "2026-03-02", "end-date": "2026-03-03" }],
    [
      "a stay that ends on a Sunday",
      "stay",
      { "start-date": "2026-03-02", "end-date": "2026-03-08" },
    ],
    ["a file that is only a name", "photo", ["a.jpg"]],
  ])("is %s", (_name, component, value) => {
    // Whatever JSON a script may hold.
    expect(() => fill(state, component, value as string)).toThrow(
      expect.objectContaining({ code: "WRONG_VALUE" }),
    );
  });

  it.each([
    ["a disabled input", "off", "DISABLED"],
    ["an invisible input", "hidden", "NO_SUCH_COMPONENT"],
    ["an input that does not exist", "zz", "NO_SUCH_COMPONENT"],
  ])("is anything into %s", (_name, component, code) => {
    expect(() => fill(state, component, "x")).toThrow(expect.objectContaining({ code }));
  });

  it.each<[string, string, unknown, unknown]>([
    ["a number typed as text", "text", 5, "5"],
    ["one option", "one", "b", "b"],
    ["several options", "many", ["b", "a"], ["b", "a"]],
    ["a date", "date", "2026-03-03", "2026-03-03"],
    [
      "a stay",
      "stay",
      { "start-date": "2026-03-02", "end-date": "2026-03-06" },
      { "start-date": "2026-03-02", "end-date": "2026-03-06" },
    ],
    ["an upload", "photo", [{ media_id: "1" }], [{ media_id: "1" }]],
    ["nothing", "text", null, null],
  ])("is not %s", (_name, component, value, expected) => {
    const after = fill(state, component, value as string).state;

    expect(view(after).components.find(({ name }) => name === component)?.value).toEqual(expected);
  });
});
