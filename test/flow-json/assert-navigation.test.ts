import { describe, expect, it } from "vitest";
import { assertNavigation } from "../../src/flow-json/assert-navigation.ts";
import { parseFlowJson } from "../../src/flow-json/document.ts";
import { FlowJsonError } from "../../src/flow-json/flow-json-error.ts";
import { footer, input, navigate, screen, staticFlowText, type Json } from "./flow-text.ts";

/** What is said of a flow whose first screen leads to a second with this data model. */
function refusal(payload: Json | null, data: Json, version = "7.3"): FlowJsonError | null {
  const { payload: empty, ...bare } = navigate("B");
  const text = staticFlowText(
    [
      screen(
        "A",
        [
          input("TextInput", "text"),
          input("TextInput", "count", { "input-type": "number" }),
          input("TextInput", "pin", { "input-type": "passcode" }),
          input("OptIn", "agreed"),
          input("ChipsSelector", "many", { "data-source": "${data.rows}" }),
          input("CalendarPicker", "stay", { mode: "range" }),
          footer(
            payload === null ? bare : { ...bare, payload: { ...(empty as Json), ...payload } },
          ),
        ],
        {
          data: {
            rows: {
              type: "array",
              items: { type: "object", properties: { id: { type: "string" } } },
            },
            whole: { type: "integer" },
          },
        },
      ),
      screen("B", [], { data }),
    ],
    version,
  );
  try {
    assertNavigation(parseFlowJson(text));
    return null;
  } catch (error) {
    if (error instanceof FlowJsonError) return error;
    throw error;
  }
}

const string = { type: "string" };
const rows = (id: string) => ({
  type: "array",
  items: { type: "object", properties: { id: { type: id } } },
});

describe("a navigate payload", () => {
  it.each<[string, unknown, Json]>([
    ["a text for a string", "${form.text}", string],
    ["fixed text for a string", "x", string],
    ["computed text for a string", "`'x ' ${form.text}`", string],
    ["a number for a number", "${form.count}", { type: "number" }],
    ["a passcode for an integer", "${form.pin}", { type: "integer" }],
    ["an integer for a number", "${data.whole}", { type: "number" }],
    ["a choice of several for a list", "${form.many}", { type: "array", items: string }],
    ["an opt-in for a boolean", "${form.agreed}", { type: "boolean" }],
    ["a range for an object", "${form.stay}", { type: "object" }],
    ["a range's start for a string", "${form.stay.start-date}", string],
    ["a list for a list of its kind", "${data.rows}", rows("string")],
    [
      "an object for an object",
      { a: 1 },
      { type: "object", properties: { a: { type: "number" } } },
    ],
    ["a fixed list for a list", [1, 2], { type: "array", items: { type: "number" } }],
    ["anything for a type nobody knows", 5, { type: "date" }],
    ["what cannot be read for anything", "`f(1)`", string],
  ])("may give %s", (_name, x, declared) => {
    expect(refusal({ x }, { x: declared })).toBeNull();
  });

  it.each<[string, unknown, Json]>([
    ["a number for a string", "${form.count}", string],
    ["a passcode for a string", "${form.pin}", string],
    ["a text for a number", "${form.text}", { type: "number" }],
    ["an opt-in for a string", "${form.agreed}", string],
    ["a choice of several for a string", "${form.many}", string],
    ["a range for a string", "${form.stay}", string],
    ["a fixed number for a string", 5, string],
    ["a fixed text for a boolean", "true", { type: "boolean" }],
    ["nothing for a string", null, string],
    ["a computed number for a string", "`1 + 2`", string],
    ["a list for one of another kind", "${data.rows}", rows("number")],
    ["a fixed list for one of another kind", ["a"], { type: "array", items: { type: "number" } }],
    [
      "an object for one of another kind",
      { a: "x" },
      { type: "object", properties: { a: { type: "number" } } },
    ],
    ["an object for a string", { a: 1 }, string],
  ])("may not give %s", (_name, x, declared) => {
    expect(refusal({ x }, { x: declared })).toMatchObject({
      code: "INVALID_NAVIGATE_ACTION_PAYLOAD",
      path: "screens[0].layout.children[6].on-click-action.payload.x",
      message: expect.stringMatching(/is never of the type that B declares/),
    });
  });

  it("is refused at its line", () => {
    const flow = {
      version: "7.3",
      screens: [
        screen("A", [footer(navigate("B", { x: 5 }))]),
        screen("B", [], { data: { x: string } }),
      ],
    };
    const text = JSON.stringify(flow, null, 2);
    const line = text.split("\n").findIndex((each) => each.includes('"x": 5')) + 1;

    expect(() => assertNavigation(parseFlowJson(text))).toThrow(expect.objectContaining({ line }));
  });

  it.each<[string, Json | null]>([
    ["leaves out", {}],
    ["there is none and so lacks", null],
  ])("that %s what the next screen declares is refused where Meta refuses it", (_name, payload) => {
    for (const version of ["5.1", "7.3", "7.4"]) {
      expect(refusal(payload, { x: string }, version)?.message).toMatch(/does not give B its x/);
    }
    for (const version of ["6.0", "6.3", "7.0", "7.2"]) {
      expect(refusal(payload, { x: string }, version)).toBeNull();
    }
  });

  it("may leave out what the next screen does not require, and give more than it declares", () => {
    expect(refusal({ more: 1 }, { x: string, required: [] })).toBeNull();
  });

  it("that leads nowhere is left to the linter", () => {
    const text = staticFlowText([screen("A", [footer(navigate("GONE", { x: 1 }))])]);

    expect(() => assertNavigation(parseFlowJson(text))).not.toThrow();
  });
});
