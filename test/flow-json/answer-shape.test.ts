import { describe, expect, it } from "vitest";
import type { ValueShape } from "../../src/flow-json/value-shape.ts";
import { exchange, flowText, footer, input, options, screen, type Json } from "./flow-text.ts";
import { answered, contractOf, payloadOf, valueOf } from "./read-contract.ts";

/** What a Footer sends as `x` when it is bound to this one component. */
function sentByFooter(
  component: Json,
  action: "data_exchange" | "complete" = "data_exchange",
): ValueShape | undefined {
  const payload = { x: "${form.x}" };
  const contract = contractOf(
    flowText([screen("A", [component, footer({ name: action, payload })])]),
  );
  const shape = action === "complete" ? contract.completion : contract.screens[0]?.input;
  return valueOf(shape?.kind === "single" ? shape.payload : undefined, "x");
}

const selecting = (version: string) =>
  payloadOf(
    flowText(
      [
        screen("A", [
          input("Dropdown", "own", {
            "data-source": options,
            "on-select-action": exchange({
              own: "${form.own}",
              text: "${form.text}",
              mail: "${form.mail}",
              choice: "${form.choice}",
              many: "${form.many}",
              agreed: "${form.agreed}",
            }),
          }),
          input("TextArea", "text", { required: true }),
          input("TextInput", "mail", { required: true, "input-type": "email" }),
          input("Dropdown", "choice", { required: true, "data-source": options }),
          input("CheckboxGroup", "many", { required: true, "data-source": "${data.o}" }),
          input("OptIn", "agreed", { required: true }),
        ]),
      ],
      { version },
    ),
  );

describe("what a Footer sends", () => {
  const listed = { "data-source": options };
  const ids = ["a", "b"];

  it.each<[string, Json, Json]>([
    [
      "required text",
      input("TextInput", "x", { required: true, "min-chars": 2, "max-chars": 9 }),
      answered("text", { options: { minLength: 2, maxLength: 9 } }),
    ],
    [
      "optional text",
      input("TextInput", "x"),
      answered("text", { options: { maxLength: 80 }, optional: true }),
    ],
    [
      "text with a pattern",
      input("TextInput", "x", { required: true, pattern: "^a+$" }),
      answered("text", { options: { maxLength: 80, pattern: "^a+$" } }),
    ],
    [
      "text with a bound limit, of which neither limit nor pattern is known",
      input("TextInput", "x", { required: true, "max-chars": "${data.m}", pattern: "^a+$" }),
      answered("text"),
    ],
    [
      "text with a pattern that is no regular expression",
      input("TextInput", "x", { required: true, pattern: "(" }),
      answered("text", { options: { maxLength: 80 } }),
    ],
    [
      "a password",
      input("TextInput", "x", { required: true, "input-type": "password" }),
      answered("text", { options: { maxLength: 80 } }),
    ],
    [
      "a number",
      input("TextInput", "x", {
        required: true,
        "input-type": "number",
        "min-chars": 2,
        "max-chars": 4,
        pattern: "^[1-9]",
      }),
      answered("number", { options: { minLength: 2, maxLength: 4, pattern: "^[1-9]" } }),
    ],
    [
      "an address",
      input("TextInput", "x", { required: true, "input-type": "email" }),
      answered("email", { options: { maxLength: 80 } }),
    ],
    [
      "a phone number",
      input("TextInput", "x", { required: true, "input-type": "phone" }),
      answered("phone", { options: { maxLength: 80 } }),
    ],
    [
      "a passcode",
      input("TextInput", "x", {
        required: true,
        "input-type": "passcode",
        "min-chars": 4,
        pattern: "^9",
      }),
      answered("passcode", { options: { minLength: 4, maxLength: 80, pattern: "^9" } }),
    ],
    [
      "long text",
      input("TextArea", "x", { required: true }),
      answered("text", { options: { maxLength: 600 } }),
    ],
    [
      "one of listed options",
      input("Dropdown", "x", { required: true, ...listed }),
      answered("choice", { ids }),
    ],
    [
      "one of options from data",
      input("RadioButtonsGroup", "x", { required: true, "data-source": "${data.o}" }),
      answered("choice"),
    ],
    [
      "some of listed options",
      input("CheckboxGroup", "x", { required: true, ...listed, "max-selected-items": 2 }),
      answered("choices", { ids, options: { min: 1, max: 2 } }),
    ],
    [
      "some options or none",
      input("ChipsSelector", "x", { ...listed, "min-selected-items": 2 }),
      answered("choices", { ids, options: { min: 2 }, optional: true }),
    ],
    ["an opt-in", input("OptIn", "x"), answered("consent")],
    [
      "a required opt-in",
      input("OptIn", "x", { required: true }),
      answered("consent", { options: { required: true } }),
    ],
    [
      "a date between static dates",
      input("DatePicker", "x", {
        required: true,
        "min-date": "2026-01-01",
        "max-date": "${data.d}",
      }),
      answered("date", { options: { min: "2026-01-01" } }),
    ],
    ["a date in a calendar", input("CalendarPicker", "x", { required: true }), answered("date")],
    [
      "a range of dates",
      input("CalendarPicker", "x", {
        mode: "range",
        required: { "start-date": true, "end-date": true },
      }),
      answered("dateRange"),
    ],
    [
      "a range of so many dates between static dates",
      input("CalendarPicker", "x", {
        mode: "range",
        required: { "start-date": true, "end-date": true },
        "min-date": "2026-01-01",
        "max-date": "2026-12-31",
        "min-days": 2,
        "max-days": 14,
      }),
      answered("dateRange", {
        options: { min: "2026-01-01", max: "2026-12-31", minDays: 2, maxDays: 14 },
      }),
    ],
    [
      "a range that may stay open",
      input("CalendarPicker", "x", { mode: "range", required: { "start-date": true } }),
      answered("dateRange", { options: { end: "optional" } }),
    ],
    [
      "photos",
      input("PhotoPicker", "x", { "min-uploaded-photos": 1, "max-uploaded-photos": 3 }),
      answered("photos", { options: { min: 1, max: 3 } }),
    ],
    [
      "documents, or none",
      input("DocumentPicker", "x"),
      answered("documents", { options: { max: 30 }, optional: true }),
    ],
  ])("is %s", (_name, component, expected) => {
    expect(sentByFooter(component)).toEqual(expected);
  });

  it("is optional when the input is required on a condition", () => {
    const component = input("TextInput", "x", { required: "${data.v}" });

    expect(sentByFooter(component)).toMatchObject({ builder: "text", optional: true });
  });

  it.each<[string, Json]>([
    ["hidden", input("TextInput", "x", { required: true, visible: false })],
    ["shown on a condition", input("TextInput", "x", { required: true, visible: "${data.v}" })],
    [
      "inside an If",
      { type: "If", condition: "${data.v}", then: [input("TextInput", "x", { required: true })] },
    ],
    [
      "inside a Switch",
      {
        type: "Switch",
        value: "${data.v}",
        cases: { default: [input("TextInput", "x", { required: true })] },
      },
    ],
  ])("is a draft when the input is %s: nobody checks what is not shown", (_name, component) => {
    expect(sentByFooter(component)).toEqual(answered("draft"));
  });

  it("is neither bounded nor certain when the options may be hidden", () => {
    const group = input("CheckboxGroup", "x", {
      ...listed,
      required: true,
      "max-selected-items": 1,
    });

    expect(sentByFooter({ type: "If", condition: "${data.v}", then: [group] })).toEqual(
      answered("choices", { ids, optional: true }),
    );
  });

  it("is certain when the Footer stands in the same branch, or further inside it", () => {
    const required = input("TextInput", "x", { required: true });
    const submit = footer({ name: "data_exchange", payload: { x: "${form.x}" } });
    const inside = { type: "Switch", value: "${data.s}", cases: { a: [submit] } };

    for (const children of [
      [required, submit],
      [required, inside],
    ]) {
      const branch = { type: "If", condition: "${data.v}", then: children };
      const sent = payloadOf(flowText([screen("A", [branch])]));
      expect(valueOf(sent, "x")).toMatchObject({ builder: "text", optional: false });
    }
  });

  it("is a draft when the Footer stands in the other branch", () => {
    const payload = { name: "data_exchange", payload: { x: "${form.x}" } };
    const branches = {
      type: "If",
      condition: "${data.v}",
      then: [input("TextInput", "x", { required: true })],
      else: [footer(payload)],
    };

    expect(valueOf(payloadOf(flowText([screen("A", [branches])])), "x")).toEqual(answered("draft"));
  });

  it("is received media once the flow is complete", () => {
    const picker = input("PhotoPicker", "x", {
      "min-uploaded-photos": 1,
      "max-uploaded-photos": 1,
    });

    expect(sentByFooter(picker, "complete")).toEqual(
      answered("receivedMedia", { options: { min: 1, max: 1 } }),
    );
  });
});

describe("what a selection sends", () => {
  it("is sure of its own value only", () => {
    expect(selecting("7.3")?.fields.map(({ value }) => value)).toEqual([
      answered("choice", { ids: ["a", "b"] }),
      answered("draft"),
      answered("draft"),
      answered("choice", { ids: ["a", "b"], optional: true }),
      answered("choices", { optional: true }),
      answered("consent"),
    ]);
  });

  it("may be that nothing is chosen any more, where several can be", () => {
    const group = input("CheckboxGroup", "x", {
      required: true,
      "data-source": options,
      "on-select-action": exchange({ x: "${form.x}" }),
    });

    expect(valueOf(payloadOf(flowText([screen("A", [group])])), "x")).toEqual(
      answered("choices", { ids: ["a", "b"], optional: true }),
    );
  });

  it("is not even sure of that in version 6, which fires when the screen is drawn", () => {
    expect(valueOf(selecting("6.3"), "own")).toMatchObject({ builder: "choice", optional: true });
  });
});
