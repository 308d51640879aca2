import { describe, expect, it } from "vitest";
import { walkComponents } from "../../src/flow-json/component-tree.ts";
import { parseFlowJson } from "../../src/flow-json/document.ts";
import { FlowJsonError } from "../../src/flow-json/flow-json-error.ts";
import { formatPath } from "../../src/flow-json/json-value.ts";
import {
  exchange,
  flowText,
  footer,
  input,
  navigate,
  screen,
  staticFlowText,
} from "./flow-text.ts";

function problemOf(text: string): Pick<FlowJsonError, "code" | "path" | "line" | "column"> {
  try {
    parseFlowJson(text);
  } catch (error) {
    if (!(error instanceof FlowJsonError)) throw error;
    const { code, path, line, column } = error;
    return { code, path, line, column };
  }
  throw new Error("the text was accepted");
}

describe("parseFlowJson", () => {
  it.each([
    ["a trailing comma", '{\n  "version": "7.3",\n}', 3, 1],
    ["an unfinished document", '{"version":', 1, 12],
    ["nothing at all", "", 1, 1],
    ["a raw line break in a string", '{"a":\n "x\ny"}', 2, 4],
    ["a byte order mark", "\uFEFF{}", 1, 1],
  ])("points at %s", (_name, text, line, column) => {
    expect(problemOf(text)).toEqual({ code: "INVALID_FLOW_JSON", path: "", line, column });
  });

  it.each([
    ["an array", "[]", "INVALID_FLOW_JSON", ""],
    ["no version", "{}", "MISSING_FLOW_JSON_VERSION", ""],
    ["a version that is a number", '{"version":7.3}', "INVALID_FLOW_JSON_VERSION", "version"],
    ["an expired version", '{"version":"5.0"}', "INVALID_FLOW_JSON_VERSION", "version"],
    ["a version Meta never made", '{"version":"8.0"}', "INVALID_FLOW_JSON_VERSION", "version"],
    ["no screens", '{"version":"7.3"}', "MISSING_REQUIRED_PROPERTY", ""],
    [
      "an empty list of screens",
      '{"version":"7.3","screens":[]}',
      "MISSING_REQUIRED_PROPERTY",
      "screens",
    ],
    [
      "a screen without id",
      '{"version":"7.3","screens":[{}]}',
      "MISSING_REQUIRED_PROPERTY",
      "screens[0]",
    ],
    [
      "a screen without layout",
      '{"version":"7.3","screens":[{"id":"A"}]}',
      "MISSING_REQUIRED_PROPERTY",
      "screens[0]",
    ],
    [
      "a component without type",
      flowText([screen("A", [{ text: "x" }])]),
      "MISSING_REQUIRED_PROPERTY",
      "screens[0].layout.children[0]",
    ],
    [
      "a condition that is no text",
      flowText([screen("A", [{ type: "If", condition: true, then: [] }])]),
      "INVALID_PROPERTY_TYPE",
      "screens[0].layout.children[0].condition",
    ],
    [
      "a payload that is no object",
      flowText([screen("A", [footer({ name: "complete", payload: "x" })])]),
      "INVALID_PROPERTY_TYPE",
      "screens[0].layout.children[0].on-click-action.payload",
    ],
    [
      "a route that is no list",
      flowText([screen("A", [])], { routing_model: { A: "B" } }),
      "INVALID_PROPERTY_TYPE",
      "routing_model.A",
    ],
    [
      "two screens of one id",
      flowText([screen("A", []), screen("A", [])]),
      "DUPLICATE_SCREEN_IDS",
      "screens[1].id",
    ],
    [
      "a key no endpoint may receive",
      '{"version":"7.3","screens":[],"__proto__":{}}',
      "INVALID_PROPERTY_KEY",
      "__proto__",
    ],
  ])("refuses %s", (_name, text, code, path) => {
    expect(problemOf(text)).toMatchObject({ code, path });
  });

  it("reports a wrong value at its line and column", () => {
    const text = '{\n  "version": "7.3",\n  "screens": {}\n}';

    expect(problemOf(text)).toEqual({
      code: "INVALID_PROPERTY_TYPE",
      path: "screens",
      line: 3,
      column: 14,
    });
  });

  it("reads screens with Meta's defaults", () => {
    const document = parseFlowJson(
      staticFlowText([screen("A", []), screen("B", [], { data: {} })]),
    );

    expect(document).toMatchObject({ version: "7.3", dataApiVersion: null, routingModel: null });
    expect(document.screens.map(({ id }) => id)).toEqual(["A", "B"]);
    expect(document.screen("A")).toMatchObject({
      title: "A",
      terminal: false,
      success: true,
      refreshOnBack: false,
      data: null,
    });
    expect(document.screen("B")?.data).toEqual({});
    expect(document.screen("C")).toBeUndefined();
  });

  it("locates values, keys, and the last of two equal keys", () => {
    const text = `{
  "version": "7.3",
  "screens": [{ "id": "A", "id": "B", "layout": { "type": "SingleColumnLayout", "children": [] } }]
}`;
    const document = parseFlowJson(text);

    expect(document.locate(["version"])).toEqual({
      line: 2,
      column: 14,
      endLine: 2,
      endColumn: 19,
    });
    expect(document.locate(["version"], "key")).toMatchObject({ column: 3, endColumn: 12 });
    expect(document.locate(["screens", 0, "id"])).toMatchObject({ line: 3, column: 34 });
    expect(document.screens[0]?.id).toBe("B");
  });

  it("locates a missing key at the object that lacks it", () => {
    const document = parseFlowJson(flowText([screen("A", [])]));

    const missing = document.locate(["screens", 0, "terminal"]);

    expect(missing).toEqual(document.locate(["screens", 0]));
  });
});

describe("walkComponents", () => {
  const document = parseFlowJson(
    flowText([
      screen("A", [
        {
          type: "Form",
          name: "form",
          children: [
            input("TextInput", "plain"),
            {
              type: "If",
              condition: "${form.plain} == 'x'",
              then: [
                {
                  type: "Switch",
                  value: "${form.plain}",
                  cases: {
                    x: [input("TextInput", "inner")],
                    default: [{ type: "TextBody", text: "" }],
                  },
                },
              ],
              else: [footer(exchange())],
            },
          ],
        },
      ]),
    ]),
  );
  const found = [...walkComponents(document.screens[0]?.components ?? [])];

  it("meets every component in the order of the text, parents first", () => {
    expect(found.map(({ type }) => type)).toEqual([
      "Form",
      "TextInput",
      "If",
      "Switch",
      "TextInput",
      "TextBody",
      "Footer",
    ]);
  });

  it("tells the screen, the path and the branches a component stands in", () => {
    const inner = found.find(({ name }) => name === "inner");

    expect(inner?.screen).toBe("A");
    expect(inner?.branches.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "If then",
      "Switch x",
    ]);
    expect(formatPath(inner?.path ?? [])).toBe(
      "screens[0].layout.children[0].children[1].then[0].cases.x[0]",
    );
    expect(found.find(({ name }) => name === "plain")?.branches).toEqual([]);
    expect(found.find(({ type }) => type === "Footer")?.branches).toMatchObject([{ name: "else" }]);
  });

  it("carries the actions of a component and of its options", () => {
    const text = flowText([
      screen("A", [
        {
          type: "NavigationList",
          name: "list",
          "list-items": [
            { id: "1", "main-content": { title: "1" }, "on-click-action": navigate("B", { x: 1 }) },
            { id: "2", "main-content": { title: "2" }, "on-click-action": exchange({ y: 2 }) },
          ],
        },
      ]),
      screen("B", []),
    ]);

    const [list] = parseFlowJson(text).screens[0]?.components ?? [];

    expect(list?.actions).toMatchObject([
      { name: "navigate", next: "B", payload: { x: 1 }, item: 0 },
      { name: "data_exchange", next: null, payload: { y: 2 }, item: 1 },
    ]);
  });
});
