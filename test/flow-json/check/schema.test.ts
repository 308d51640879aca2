import { describe, expect, it } from "vitest";
import { checkDocument } from "../../../src/flow-json/check/check-document.ts";
import { checkSchema } from "../../../src/flow-json/check/schema/check-schema.ts";

const FOOTER = {
  type: "Footer",
  label: "Go",
  "on-click-action": { name: "complete", payload: {} },
};

type Part = { readonly [key: string]: unknown };

function flowOf(component: Part, top: Part = {}): string {
  const children = [component, FOOTER];
  const layout = { type: "SingleColumnLayout", children };
  const screens = [{ id: "MAIN", title: "Title", terminal: true, layout }];
  return JSON.stringify({ version: "7.3", ...top, screens });
}

/** Without what Meta says twice; the component's path left out. */
function check(text: string): readonly string[] {
  const { flow } = checkDocument(text);
  if (flow === null) throw new Error("the text is no flow");
  return checkSchema(flow)
    .filter(({ isEcho }) => !isEcho)
    .map(({ finding: { code, path } }) => `${code} ${path.replace(/^.*?children\[0\]/, "")}`);
}

function hintOf(text: string): string | undefined {
  const { flow } = checkDocument(text);
  return flow === null ? undefined : checkSchema(flow)[0]?.finding.hint;
}

describe("the schema phase", () => {
  it.each([
    ["a string", { label: "Name" }, []],
    ["a binding", { label: "${data.label}" }, []],
    ["an expression", { label: "`'a' ${data.b}`" }, []],
    ["a number", { label: 5 }, ["INVALID_PROPERTY_TYPE .label"]],
    ["null", { label: null }, ["INVALID_PROPERTY_TYPE .label"]],
    ["a blank", { label: " " }, ["PATTERN_MISMATCH .label"]],
    ["nothing", { label: "" }, ["MIN_CHARS_REQUIRED .label"]],
    ["no label", {}, ["MISSING_REQUIRED_PROPERTY "]],
  ])("takes text for what it is: %s", (_, properties, expected) => {
    expect(check(flowOf({ type: "TextInput", name: "a", ...properties }))).toEqual(expected);
  });

  it.each([
    [true, []],
    ["${data.b}", []],
    ["${screen.MAIN.form.b}", []],
    ["`!${data.b}`", []],
    ["true", ["INVALID_PROPERTY_TYPE .required"]],
    ["${data.b} ", ["INVALID_PROPERTY_TYPE .required"]],
    [1, ["INVALID_PROPERTY_TYPE .required"]],
    [[], ["INVALID_PROPERTY_TYPE .required"]],
  ])("takes %j for a boolean or does not", (required, expected) => {
    const component = { type: "TextInput", name: "a", label: "Label", required };

    expect(check(flowOf(component))).toEqual(expected);
  });

  it("knows no expressions before 6.0, and minds no blanks", () => {
    const component = { type: "TextInput", name: "a", label: " ", required: "`!${data.b}`" };

    expect(check(flowOf(component, { version: "5.1" }))).toEqual([
      "INVALID_PROPERTY_TYPE .required",
    ]);
  });

  it.each([
    [
      "PhotoPicker",
      { "max-uploaded-photos": 31 },
      "MAXIMUM_VALUE_REQUIRED ['max-uploaded-photos']",
    ],
    [
      "PhotoPicker",
      { "max-uploaded-photos": 1.5 },
      "INVALID_PROPERTY_TYPE ['max-uploaded-photos']",
    ],
    ["PhotoPicker", { "photo-source": "album" }, "INVALID_ENUM_VALUE ['photo-source']"],
    [
      "DatePicker",
      { "unavailable-dates": [20260101] },
      "INVALID_PROPERTY_TYPE ['unavailable-dates'][0]",
    ],
    ["DatePicker", { "unavailable-dates": "never" }, "INVALID_PROPERTY_TYPE ['unavailable-dates']"],
    ["OptIn", { enabled: true }, "INVALID_PROPERTY_KEY .enabled"],
    ["Dropdown", { "data-source": [] }, "MIN_ITEMS_REQUIRED ['data-source']"],
    ["Dropdown", { "data-source": "options" }, "PATTERN_MISMATCH ['data-source']"],
    ["Dropdown", { "data-source": {} }, "INVALID_PROPERTY_TYPE ['data-source']"],
    [
      "Dropdown",
      { "data-source": [{ id: "a", title: "A", color: "red" }] },
      "PATTERN_MISMATCH ['data-source'][0].color",
    ],
    [
      "CheckboxGroup",
      { "data-source": [{ id: "a", title: "A" }], "max-selected-items": 1 },
      "MINIMUM_VALUE_REQUIRED ['max-selected-items']",
    ],
  ])("refuses of %s %j", (type, properties, expected) => {
    expect(check(flowOf({ type, name: "a", label: "Label", ...properties }))).toEqual([expected]);
  });

  it.each([
    [{ "center-caption": "a" }, []],
    [{ "left-caption": "a", "right-caption": "b" }, []],
    [{ "right-caption": "b" }, ["INVALID_DEPENDENCIES "]],
    [
      { "left-caption": "a", "center-caption": "b", "right-caption": "c" },
      ["NOT_KEYWORD_SCHEMA_VALIDATION_FAILED "],
    ],
  ])("takes captions in the middle or at both sides: %j", (captions, expected) => {
    expect(check(flowOf({ ...FOOTER, ...captions }))).toEqual(expected);
  });

  it.each([
    [{ name: "navigate" }, ["MISSING_REQUIRED_PROPERTY ['on-click-action']"]],
    [{ name: "complete" }, ["MISSING_REQUIRED_PROPERTY ['on-click-action']"]],
    [{ name: 5 }, ["INVALID_PROPERTY_TYPE ['on-click-action'].name"]],
    ["complete", ["INVALID_PROPERTY_TYPE ['on-click-action']"]],
    [
      { name: "navigate", next: { type: "page", name: "MAIN" }, payload: {} },
      ["INVALID_PROPERTY_VALUE ['on-click-action'].next.type"],
    ],
    [
      { name: "navigate", next: { type: "screen", name: "${data.next}" }, payload: {} },
      ["PATTERN_MISMATCH ['on-click-action'].next.name"],
    ],
    [{ name: "data_exchange", payload: [] }, ["INVALID_PROPERTY_TYPE ['on-click-action'].payload"]],
  ])("refuses the action %j", (action, expected) => {
    expect(check(flowOf({ ...FOOTER, "on-click-action": action }))).toEqual(expected);
  });

  it("looks into Form, If and Switch, and knows the Form around an If", () => {
    const input = { type: "TextInput", name: "a", label: 5, "init-value": "x" };
    const branch = { type: "If", condition: "${data.b}", then: [input] };
    const cases = { one: [{ type: "Switch", value: "${data.s}", cases: {} }] };

    expect(check(flowOf({ type: "Form", name: "f", children: [branch] }))).toEqual([
      "INVALID_PROPERTY_KEY .children[0].then[0].init-value",
      "INVALID_PROPERTY_TYPE .children[0].then[0].label",
    ]);
    expect(check(flowOf({ type: "Switch", value: "${data.s}", cases }))).toEqual([
      "ONE_OF_SCHEMA_VALIDATION_FAILED .cases['one'][0]",
    ]);
  });

  it.each([[5], [null], ["x"], [[]], [{ type: 5 }], [{ type: "__proto__" }], [{}]])(
    "survives %j where a component should be",
    (component) => {
      const text = JSON.stringify({
        version: "7.3",
        screens: [
          { id: "A", title: "T", layout: { type: "SingleColumnLayout", children: [component] } },
        ],
      });

      expect(check(text)).toHaveLength(1);
    },
  );

  it("says which version a component, a property or an action needs", () => {
    const early = { version: "6.0" };

    expect(hintOf(flowOf({ type: "ChipsSelector" }, early))).toContain("version 6.3 or later");
    expect(
      hintOf(flowOf({ type: "TextInput", name: "a", label: "L", pattern: "x" }, early)),
    ).toContain("version 6.2 or later");
    expect(
      hintOf(
        flowOf(
          { type: "EmbeddedLink", text: "x", "on-click-action": { name: "open_url" } },
          { version: "5.1" },
        ),
      ),
    ).toContain("version 6.0 or later");
  });

  it.each([
    [{ type: "TextInput", name: "a", lable: "L", label: "L" }, '"label"'],
    [{ type: "TextInptu", name: "a", label: "L" }, '"TextInput"'],
    [{ type: "Image", src: "x", "scale-type": "covr" }, '"cover"'],
    [{ type: "TextHeading", text: "x", "font-weight": "bold" }, "TextBody and TextCaption"],
  ])("hints at what was meant by %j", (component, hint) => {
    expect(hintOf(flowOf(component))).toContain(hint);
  });
});
