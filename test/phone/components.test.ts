import { describe, expect, it } from "vitest";
import { answer } from "../../src/phone/answer.ts";
import { enter, fill, press } from "../../src/phone/phone.ts";
import type { PhoneState, Step } from "../../src/phone/phone-state.ts";
import { view } from "../../src/phone/view.ts";
import {
  complete,
  exchange,
  flowText,
  footer,
  input,
  type Json,
  navigate,
  options,
  screen,
  staticFlowText,
} from "../flow-json/flow-text.ts";
import { phoneWith, requestOf, walk } from "./open-phone.ts";

const body = (text: string, more: Json = {}): Json => ({ type: "TextBody", text, ...more });

function show(children: readonly Json[], data: Json = {}, values: Json = {}): PhoneState {
  const text = staticFlowText([screen("A", children, { data }), screen("B", [])]);
  // Test data is JSON.
  return enter(phoneWith(text), { action: "navigate", screen: "A", data: values as never }).state;
}

const seen = (state: PhoneState) =>
  view(state).components.map(({ name, properties }) => name ?? properties["text"]);

const update = (payload: Json): Json => ({ name: "update_data", payload });

const link = (url: string): Json => ({
  type: "EmbeddedLink",
  text: "Open",
  "on-click-action": { name: "open_url", url },
});
const pressLink = (state: PhoneState): Step =>
  press(state, { kind: "link", key: view(state).components[0]?.key ?? "" });

const drawn = (version: string, more: Json) =>
  enter(
    phoneWith(
      flowText(
        [
          screen("A", [
            input("Dropdown", "d", {
              "data-source": options,
              "on-select-action": exchange({ d: "${form.d}" }),
              ...more,
            }),
          ]),
        ],
        { version },
      ),
    ),
    { action: "navigate" },
  );

const listItem = (id: string, more: Json = {}): Json => ({
  id,
  "main-content": { title: id },
  ...more,
});

const form = (children: readonly Json[], more: Json): Json => ({
  type: "Form",
  name: "f",
  children,
  ...more,
});

const checkboxItem = (id: string): Json => ({
  id,
  title: id,
  "on-select-action": update({ text: `on ${id}` }),
  "on-unselect-action": update({ text: `off ${id}` }),
});

describe("If and Switch", () => {
  const string = { type: "string", __example__: "" };

  it("show the branch that holds, and change with the answers", () => {
    const state = show([
      input("OptIn", "more"),
      {
        type: "If",
        condition: "${form.more}",
        then: [input("TextInput", "what")],
        else: [body("Tick to tell more")],
      },
    ]);

    expect(seen(state)).toEqual(["more", "Tick to tell more"]);
    expect(seen(fill(state, "more", true).state)).toEqual(["more", "what"]);
  });

  it.each([
    ["red", "Red"],
    ["blue", "Something else"],
  ])("show the case of %s", (colour, expected) => {
    const state = show(
      [
        {
          type: "Switch",
          value: "${data.colour}",
          cases: { red: [body("Red")], default: [body("Something else")] },
        },
      ],
      { colour: string },
      { colour },
    );

    expect(seen(state)).toEqual([expected]);
  });

  it("show nothing for a case nobody wrote", () => {
    const state = show(
      [{ type: "Switch", value: "${data.c}", cases: { red: [body("Red")] } }],
      { c: string },
      { c: "blue" },
    );

    expect(seen(state)).toEqual([]);
  });

  it("keep the footer from waiting for what is not shown", () => {
    const children = [
      input("OptIn", "more"),
      {
        type: "If",
        condition: "${form.more}",
        then: [input("TextInput", "what", { required: true })],
      },
      input("TextInput", "never", { required: true, visible: false }),
      footer(complete()),
    ];
    const state = show(children);

    expect(view(state).footer?.enabled).toBe(true);
    expect(view(fill(state, "more", true).state).footer).toMatchObject({
      enabled: false,
      blockedBy: [{ name: "what", problem: "missing" }],
    });
  });
});

describe("properties", () => {
  it("are resolved: bindings, nested data, expressions", () => {
    const state = show(
      [
        body("${data.user.name}"),
        body("`'You are number ' ${data.n}`", { visible: "`${data.n} > 1`" }),
        body("`'never'`", { visible: "`${data.n} > 5`" }),
        body("Hello ${data.n}"),
      ],
      {},
      { user: { name: "Ada" }, n: 2 },
    );

    expect(seen(state)).toEqual(["Ada", "You are number 2", "Hello ${data.n}"]);
  });

  it("never find a binding inside data", () => {
    const state = show([body("${data.text}")], {}, { text: "${data.secret}", secret: "no" });

    expect(seen(state)).toEqual(["${data.secret}"]);
  });

  it("give their texts in reading order", () => {
    const state = show(
      [
        { type: "TextBody", text: ["One", "Two"] },
        input("TextInput", "name", { "helper-text": "First and last", label: "Name" }),
        input("CalendarPicker", "stay", {
          mode: "range",
          title: "Your stay",
          label: { "start-date": "From", "end-date": "${data.to}" },
        }),
        { ...footer(complete()), "left-caption": "1", "right-caption": "2" },
      ],
      {},
      { to: "To" },
    );

    expect(view(state).components.map(({ texts }) => texts)).toEqual([
      ["One", "Two"],
      ["Name", "First and last"],
      ["Your stay", "From", "To"],
    ]);
    expect(view(state).footer?.texts).toEqual(["Continue", "1", "2"]);
  });

  it("do not include what only the client needs", () => {
    const [component] = view(
      show([input("Dropdown", "d", { "data-source": options, required: true })]),
    ).components;

    expect(component).toMatchObject({
      key: "screens[0].layout.children[0]",
      role: "input",
      required: true,
      enabled: true,
      value: null,
      problem: "missing",
      pressable: false,
    });
    expect(component?.properties).toEqual({ label: "d", required: true });
  });
});

describe("a Form", () => {
  it("gives its inputs their init values, numbers as text", () => {
    const state = show([
      form([input("TextInput", "n", { "input-type": "number" }), input("OptIn", "o")], {
        "init-values": { n: 5, o: true },
      }),
    ]);

    expect(view(state).components.map(({ value }) => value)).toEqual(["5", true]);
  });

  it("takes init values and error messages out of data", () => {
    const state = show(
      [
        form([input("TextInput", "a"), input("TextInput", "b")], {
          "init-values": "${data.init}",
          "error-messages": { a: "${data.a_error}", b: "" },
        }),
      ],
      {},
      { init: { a: "x" }, a_error: "Wrong" },
    );

    expect(view(state).components.map(({ value, error }) => [value, error])).toEqual([
      ["x", "Wrong"],
      [null, null],
    ]);
  });

  it("drops an init value that is not among the options", () => {
    const state = show([
      form([input("Dropdown", "d", { "data-source": options })], { "init-values": { d: "zz" } }),
    ]);

    expect(view(state).components[0]?.value).toBeNull();
  });
});

describe("update_data", () => {
  const data = {
    text: { type: "string", __example__: "" },
    size: { type: "integer", __example__: 0 },
  };

  it("changes the screen's data without asking anybody", () => {
    const state = show(
      [
        input("Dropdown", "d", {
          "data-source": options,
          "on-select-action": update({ text: "`'chose ' ${form.d}`" }),
        }),
        body("${data.text}"),
      ],
      data,
      { text: "nothing" },
    );

    const { state: after, effect } = fill(state, "d", "a");

    expect(effect).toBeNull();
    expect(seen(after)).toEqual(["d", "chose a"]);
  });

  it("refuses keys and types that the screen does not declare", () => {
    const state = show(
      [
        input("OptIn", "o", { "on-select-action": update({ text: 5, size: 3, other: "x" }) }),
        body("${data.text}"),
        body("${data.other}"),
      ],
      data,
      { text: "kept" },
    );

    const after = fill(state, "o", true).state;

    expect(after.screens.get("A")?.data).toEqual({ text: "kept", size: 3 });
  });

  it("runs when a component's own selection is taken back", () => {
    const state = show(
      [
        input("OptIn", "o", {
          "on-select-action": update({ text: "yes" }),
          "on-unselect-action": update({ text: "no" }),
        }),
        body("${data.text}"),
      ],
      data,
      { text: "" },
    );
    const ticked = fill(state, "o", true).state;

    expect(seen(ticked)).toEqual(["o", "yes"]);
    expect(seen(fill(ticked, "o", false).state)).toEqual(["o", "no"]);
  });

  it("leaves typed text alone, though an init value is bound to what it changes", () => {
    const state = show(
      [
        input("TextInput", "t", { "init-value": "${data.text}" }),
        input("OptIn", "o", { "on-select-action": update({ text: "new" }) }),
      ],
      data,
      { text: "old" },
    );

    const after = walk(
      { state, effect: null },
      (phone) => fill(phone, "t", "typed"),
      (phone) => fill(phone, "o", true),
    );

    expect(view(after.state).components[0]?.value).toBe("typed");
  });

  it("runs for each option that is added or taken away", () => {
    const state = show(
      [
        input("CheckboxGroup", "c", { "data-source": [checkboxItem("a"), checkboxItem("b")] }),
        body("${data.text}"),
      ],
      data,
      { text: "" },
    );
    const a = fill(state, "c", ["a"]).state;

    expect(seen(a)).toEqual(["c", "on a"]);
    expect(seen(fill(a, "c", ["b"]).state)).toEqual(["c", "on b"]);
    expect(seen(fill(a, "c", []).state)).toEqual(["c", "off a"]);
  });
});

describe("links", () => {
  it("open https only", () => {
    expect(pressLink(show([link("https://example.org")])).effect).toEqual({
      kind: "open_url",
      url: "https://example.org",
    });
    expect(pressLink(show([link("http://example.org")])).effect).toBeNull();
  });

  it("take their address from data", () => {
    const state = show([link("${data.url}")], {}, { url: "https://example.org/1" });

    expect(pressLink(state).effect).toMatchObject({ url: "https://example.org/1" });
  });

  it("navigate, from an OptIn too", () => {
    const state = show([input("OptIn", "terms", { "on-click-action": navigate("B") })]);

    expect(view(state).components[0]?.pressable).toBe(true);
    expect(press(state, { kind: "opt-in", name: "terms" }).state.history).toEqual(["A", "B"]);
  });

  it("must be there to be pressed", () => {
    const state = show([link("https://example.org")]);

    for (const target of [
      { kind: "link", key: "zz" },
      { kind: "footer" },
      { kind: "opt-in", name: "zz" },
      { kind: "item", list: "zz", id: "1" },
    ] as const) {
      expect(() => press(state, target)).toThrow(
        expect.objectContaining({ code: "NO_SUCH_COMPONENT" }),
      );
    }
  });
});

describe("a NavigationList", () => {
  it("runs the action of the item that is pressed", () => {
    const list = {
      type: "NavigationList",
      name: "list",
      "list-items": [
        listItem("1", { "on-click-action": navigate("B") }),
        listItem("2", { enabled: false }),
      ],
    };
    const state = show([list]);

    expect(view(state).components[0]?.options?.map(({ title }) => title)).toEqual(["1", "2"]);
    expect(press(state, { kind: "item", list: "list", id: "1" }).state.history).toEqual(["A", "B"]);
    expect(() => press(state, { kind: "item", list: "list", id: "2" })).toThrow(
      expect.objectContaining({ code: "DISABLED" }),
    );
  });

  it("knows in an item's action which item was pressed", () => {
    const list = {
      type: "NavigationList",
      name: "list",
      "list-items": [listItem("1", { "on-click-action": exchange({ chosen: "${form.list}" }) })],
    };
    const opened = enter(phoneWith(flowText([screen("A", [list])])), { action: "navigate" });

    const pressed = press(opened.state, { kind: "item", list: "list", id: "1" });

    expect(requestOf(pressed)?.data).toEqual({ chosen: "1" });
  });

  it("runs its own action with the id that was pressed", () => {
    const list = {
      type: "NavigationList",
      name: "list",
      "list-items": [listItem("1"), listItem("2")],
      "on-click-action": exchange({ chosen: "${form.list}" }),
    };
    const opened = enter(phoneWith(flowText([screen("A", [list])])), { action: "navigate" });

    const pressed = press(opened.state, { kind: "item", list: "list", id: "2" });

    expect(requestOf(pressed)?.data).toEqual({ chosen: "2" });
  });

  it("runs an action that came with the data, as it came", () => {
    const list = { type: "NavigationList", name: "list", "list-items": "${data.items}" };
    const items = { type: "array", items: { type: "object" }, __example__: [] };
    const opened = enter(phoneWith(flowText([screen("A", [list], { data: { items } })])), {
      action: "data_exchange",
    });
    const action = { name: "data_exchange", payload: { offer: "${form.list}" } };

    const pressed = walk(
      opened,
      (phone) =>
        answer(phone, { screen: "A", data: { items: [{ id: "1", "on-click-action": action }] } }),
      (phone) => press(phone, { kind: "item", list: "list", id: "1" }),
    );

    expect(requestOf(pressed)?.data).toEqual({ offer: "${form.list}" });
  });
});

describe("a selection's action when its screen is drawn", () => {
  it("fires in version 6, for an input that holds a value", () => {
    expect(requestOf(drawn("6.3", { "init-value": "a" }))?.data).toEqual({ d: "a" });
    expect(drawn("6.3", {}).effect).toBeNull();
  });

  it.each(["5.1", "7.0", "7.3"])("does not fire in version %s", (version) => {
    expect(drawn(version, { "init-value": "a" }).effect).toBeNull();
  });
});
