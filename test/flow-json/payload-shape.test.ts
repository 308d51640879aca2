import { describe, expect, it } from "vitest";
import type { ValueShape } from "../../src/flow-json/value-shape.ts";
import { exchange, flowText, footer, input, navigate, screen, type Json } from "./flow-text.ts";
import { answered, payloadOf, valueOf } from "./read-contract.ts";

const data = {
  s: { type: "string" },
  o: { type: "object", properties: { k: { type: "integer" } }, required: [] },
  list: { type: "array", items: { type: "string" } },
};
const shapeOf = (value: unknown): ValueShape | undefined =>
  valueOf(
    payloadOf(
      flowText([
        screen(
          "A",
          [
            input("TextInput", "name", { required: true }),
            input("CalendarPicker", "stay", {
              mode: "range",
              required: { "start-date": true },
              "min-date": "2026-01-01",
              "max-days": 9,
            }),
            footer(exchange({ x: value })),
          ],
          { data },
        ),
      ]),
    ),
    "x",
  );

const first = (id: string, more: readonly Json[] = []) =>
  screen(id, [input("TextInput", "name", { required: true }), ...more, footer(exchange())], {
    data: { s: { type: "string" } },
  });
const last = (id: string, binding: string) => screen(id, [footer(exchange({ x: binding }))]);
const sent = (screens: readonly Json[], routes: Json) =>
  valueOf(payloadOf(flowText(screens, { routing_model: routes }), screens.length - 1), "x");

describe("what a payload refers to", () => {
  const string = { kind: "string", values: null };

  it.each<[string, unknown, Json]>([
    ["screen data", "${data.s}", { kind: "data", schema: string, optional: false }],
    [
      "nested data the model leaves optional",
      "${data.o.k}",
      { kind: "data", schema: { kind: "integer" }, optional: true },
    ],
    ["data that is not declared", "${data.zz}", { kind: "unknown" }],
    ["a component that does not exist", "${form.zz}", { kind: "unknown" }],
    [
      "text that only looks like a binding",
      "Hi ${data.s}",
      { kind: "literal", value: "Hi ${data.s}" },
    ],
    ["a number", 5, { kind: "literal", value: 5 }],
    ["nothing", null, { kind: "literal", value: null }],
    ["computed text", "`'Hi ' ${form.name}`", { kind: "computed", type: "text" }],
    ["a computed number", "`1 + 2`", { kind: "computed", type: "number" }],
    ["a computed boolean", "`${form.name} == 'x'`", { kind: "computed", type: "boolean" }],
    ["a reference in backticks", "`${data.s}`", { kind: "data", schema: string, optional: false }],
    ["an expression nobody can read", "`f(1)`", { kind: "unknown" }],
    [
      "the start of a range",
      "${form.stay.start-date}",
      answered("date", { options: { min: "2026-01-01" } }),
    ],
    [
      "the open end of a range",
      "${form.stay.end-date}",
      answered("date", { options: { min: "2026-01-01" }, optional: true }),
    ],
    ["part of a value that has none", "${form.name.first}", { kind: "unknown" }],
    [
      "a list of these",
      ["a", "${data.s}"],
      {
        kind: "list",
        items: [
          { kind: "literal", value: "a" },
          { kind: "data", schema: string, optional: false },
        ],
      },
    ],
    [
      "an object of these",
      { k: 1 },
      { kind: "payload", fields: [{ name: "k", value: { kind: "literal", value: 1 } }] },
    ],
  ])("can be %s", (_name, value, expected) => {
    expect(shapeOf(value)).toEqual(expected);
  });
});

describe("what a payload refers to on another screen", () => {
  it("is certain where every way leads through that screen", () => {
    const screens = [first("A"), last("B", "${screen.A.form.name}")];

    expect(sent(screens, { A: ["B"], B: [] })).toMatchObject({ builder: "text", optional: false });
  });

  it("is certain in the middle of the way too", () => {
    const screens = [first("A"), first("B"), last("C", "${screen.B.form.name}")];

    expect(sent(screens, { A: ["B"], B: ["C"], C: [] })).toMatchObject({ builder: "text" });
  });

  it("is optional where a way leads around it", () => {
    const screens = [first("A"), first("B"), first("C"), last("D", "${screen.B.form.name}")];

    expect(sent(screens, { A: ["B", "C"], B: ["D"], C: ["D"], D: [] })).toMatchObject({
      builder: "draft",
    });
    const withData = [...screens.slice(0, 3), last("D", "${screen.B.data.s}")];
    expect(sent(withData, { A: ["B", "C"], B: ["D"], C: ["D"], D: [] })).toMatchObject({
      kind: "data",
      optional: true,
    });
  });

  it("is optional where a link leads past the Footer's checks", () => {
    const link = { type: "EmbeddedLink", text: "Skip", "on-click-action": navigate("B") };
    const screens = [first("A", [link]), last("B", "${screen.A.form.name}")];

    expect(sent(screens, { A: ["B"], B: [] })).toMatchObject({ builder: "draft" });
  });

  it("stays certain where a link leads only elsewhere", () => {
    const link = { type: "EmbeddedLink", text: "Terms", "on-click-action": navigate("T") };
    const screens = [first("A", [link]), screen("T", []), last("B", "${screen.A.form.name}")];

    expect(sent(screens, { A: ["B", "T"], B: [], T: [] })).toMatchObject({ builder: "text" });
  });

  it("is unknown for a screen that does not exist", () => {
    expect(sent([last("A", "${screen.ZZ.form.name}")], { A: [] })).toEqual({ kind: "unknown" });
  });
});

/** What B sends as `x` of its data, which A's action filled with the answer of one input. */
function carried(
  component: Json,
  declared: Json,
  { link = false, value = "${form.a}" }: { readonly link?: boolean; readonly value?: string } = {},
): ValueShape | undefined {
  const action = navigate("B", { x: value });
  const leave = link
    ? { type: "EmbeddedLink", text: "On", "on-click-action": action }
    : footer(action);
  const b = screen("B", [footer(exchange({ x: "${data.x}" }))], { data: { x: declared } });
  const routing_model = { A: ["B"], B: [] };
  return valueOf(
    payloadOf(flowText([screen("A", [component, leave]), b], { routing_model }), 1),
    "x",
  );
}
const typed = (more: Json = {}) => input("TextInput", "a", more);

describe("screen data that carries an answer", () => {
  const text = { type: "string" };
  const number = { type: "number" };

  it.each<[string, Json, Json, Json]>([
    [
      "a required text is what the model says",
      typed({ required: true }),
      text,
      { kind: "data", schema: { kind: "string", values: null }, optional: false },
    ],
    ["a text may be left empty", typed(), text, answered("text", { optional: true })],
    [
      "a number comes as text or as a number",
      typed({ required: true, "input-type": "number" }),
      { type: "integer" },
      answered("number"),
    ],
    [
      "a number may be left empty",
      typed({ "input-type": "number" }),
      number,
      answered("number", { optional: true }),
    ],
    [
      "a passcode keeps its zeros",
      typed({ required: true, "input-type": "passcode" }),
      number,
      answered("passcode"),
    ],
    ["an opt-in may be untouched", input("OptIn", "a"), { type: "boolean" }, answered("consent")],
    [
      "a required opt-in is what the model says",
      input("OptIn", "a", { required: true }),
      { type: "boolean" },
      { kind: "data", schema: { kind: "boolean" }, optional: false },
    ],
    [
      "options may be none",
      input("ChipsSelector", "a", { "data-source": [] }),
      { type: "array", items: { type: "string" } },
      answered("choices", { optional: true }),
    ],
  ])("%s", (_name, component, declared, expected) => {
    expect(carried(component, declared)).toEqual(expected);
  });

  it("is a draft where a link leaves before anything is checked", () => {
    expect(carried(typed({ required: true }), text, { link: true })).toEqual(answered("draft"));
    expect(
      carried(typed({ required: true, "input-type": "number" }), number, { link: true }),
    ).toEqual(answered("number", { optional: true }));
  });

  it("is what the model says where it carries no answer", () => {
    const declared = { kind: "data", schema: { kind: "string", values: null }, optional: false };

    expect(carried(typed(), text, { value: "fixed" })).toEqual(declared);
    expect(carried(typed(), text, { value: "`'Dear ' ${form.a}`" })).toEqual(declared);
  });

  it("is followed over several screens, and once round a circle", () => {
    const pass = (id: string, next: string) =>
      screen(id, [footer(navigate(next, { x: "${data.x}" }))], { data: { x: number } });
    const back = {
      type: "EmbeddedLink",
      text: "Again",
      "on-click-action": navigate("B", { x: "${data.x}" }),
    };
    const screens = [
      screen("A", [
        typed({ required: true, "input-type": "number" }),
        footer(navigate("B", { x: "${form.a}" })),
      ]),
      pass("B", "C"),
      screen("C", [back, footer(exchange({ x: "${data.x}" }))], { data: { x: number } }),
    ];
    const routing_model = { A: ["B"], B: ["C"], C: [] };

    const payload = payloadOf(flowText(screens, { routing_model }), 2);

    expect(valueOf(payload, "x")).toEqual(answered("number"));
  });

  it("may come from an update of the screen's own data", () => {
    const agree = input("OptIn", "a", {
      "on-select-action": { name: "update_data", payload: { x: "${form.a}" } },
    });
    const send = footer(exchange({ x: "${data.x}" }));
    const flow = flowText([screen("A", [agree, send], { data: { x: { type: "boolean" } } })]);

    expect(valueOf(payloadOf(flow), "x")).toEqual(answered("consent"));
  });
});
