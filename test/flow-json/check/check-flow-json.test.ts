import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFlowJson } from "../../../src/flow-json/check/check-flow-json.ts";
import { COMPONENTS } from "../../../src/flow-json/components.ts";
import { FLOW_JSON_VERSIONS } from "../../../src/flow-json/versions.ts";
import { codesAndPaths } from "./expected-cases.ts";

const HANDLERS = new URL("../../../handlers/", import.meta.url);

function shippedFlows(): readonly string[] {
  return readdirSync(HANDLERS).filter((name) => existsSync(new URL(`${name}/flow.json`, HANDLERS)));
}

function flow(text: TemplateStringsArray, ...values: readonly unknown[]): string {
  return String.raw(text, ...values);
}

const COMPLETE = `{"type":"Footer","label":"Go","on-click-action":{"name":"complete","payload":{}}}`;

function screenWith(children: string, top = ""): string {
  return flow`{"version":"7.3",${top}"screens":[{"id":"MAIN","title":"T","terminal":true,
    "layout":{"type":"SingleColumnLayout","children":[${children}${COMPLETE}]}}]}`;
}

function errorsOf(text: string): readonly string[] {
  return codesAndPaths(checkFlowJson(text).findings.filter(({ severity }) => severity === "error"));
}

describe("checkFlowJson", () => {
  it.each(shippedFlows())("accepts the flow that ships as %s", (name) => {
    const text = readFileSync(new URL(`${name}/flow.json`, HANDLERS), "utf8");

    expect(errorsOf(text)).toEqual([]);
    expect(checkFlowJson(text, { mode: "meta" }).findings).toEqual([]);
  });

  it("stops as Meta's upload does after the phase that fails, and otherwise goes on", () => {
    const text = screenWith(`{"type":"TextBody","txt":"a","text":"\${data.gone}"},`);

    expect(codesAndPaths(checkFlowJson(text, { mode: "meta" }).findings)).toEqual([
      "INVALID_PROPERTY_KEY at screens[0].layout.children[0].txt",
    ]);
    expect(errorsOf(text)).toEqual([
      "INVALID_PROPERTY_KEY at screens[0].layout.children[0].txt",
      "INVALID_SCREEN_DYNAMIC_DATA at screens[0].layout.children[0].text",
    ]);
  });

  it("says once what Meta says several times", () => {
    const text = screenWith(`{"type":"TextInput","name":"a","label":""},`);
    const codes = (mode: "all" | "meta") =>
      checkFlowJson(text, { mode })
        .findings.filter(({ path }) => path.endsWith(".label"))
        .map(({ code }) => code);

    expect(codes("meta")).toEqual([
      "MIN_CHARS_REQUIRED",
      "PATTERN_MISMATCH",
      "INVALID_PROPERTY_TYPE",
    ]);
    expect(codes("all")).toEqual(["MIN_CHARS_REQUIRED"]);
  });

  it.each([
    ["nothing", "", "INVALID_FLOW_JSON"],
    ["an array", "[]", "INVALID_FLOW_JSON"],
    ["half a file", '{"version":', "INVALID_FLOW_JSON"],
    ["a byte order mark", "\uFEFF{}", "INVALID_FLOW_JSON"],
    ["ten megabytes and one", `{"a":"${"é".repeat(5 * 1024 * 1024)}"}`, "INVALID_FLOW_JSON"],
    ["deep nesting", "[".repeat(100_000), "EXCESSIVE_FLOW_JSON"],
    ["a list without end", `[${"0,".repeat(300_000)}0]`, "EXCESSIVE_FLOW_JSON"],
    ["Meta's own marker", screenWith("", '"meta":{},'), "INVALID_FLOW_JSON"],
    ["no version", "{}", "MISSING_FLOW_JSON_VERSION"],
    ["a version of a list", '{"version":[]}', "INVALID_FLOW_JSON_VERSION"],
    ["an old version", '{"version":"4.0"}', "INVALID_FLOW_JSON_VERSION"],
  ])("reports of %s one thing, as Meta's upload does", (_, text, code) => {
    const { findings } = checkFlowJson(text, { mode: "meta" });

    expect(findings.map((finding) => finding.code)).toEqual([code]);
  });

  it("goes on after a version it does not know", () => {
    expect(errorsOf(flow`{"version":7.2,"screen":[]}`)).toEqual([
      "INVALID_FLOW_JSON_VERSION at version",
      "INVALID_PROPERTY_KEY at screen",
      "MISSING_REQUIRED_PROPERTY at ",
    ]);
    expect(checkFlowJson('{"version":"9.9"}').version).toBe("9.9");
    expect(checkFlowJson('{"version":9.9}').version).toBeNull();
  });

  it("points at a fatal condition, which Meta blames on the whole file", () => {
    const text = screenWith(`{"type":"If","condition":true,"then":[]},`);

    const fatal = checkFlowJson(text).findings.find(({ code }) => code === "INVALID_FLOW_JSON");

    expect(fatal).toMatchObject({ path: "", range: { line: 2, column: 80 } });
  });

  it("warns of a key written twice and refuses one that no endpoint takes", () => {
    const text = screenWith("", '"routing_model":{"MAIN":[],"MAIN":[],"__proto__":[]},');

    expect(checkFlowJson(text).findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: "DUPLICATE_KEY", path: "routing_model.MAIN" }),
        expect.objectContaining({ code: "UNSENDABLE_KEY", path: "routing_model.__proto__" }),
      ]),
    );
  });

  it("survives lone surrogates, and names like those every object has", () => {
    const names = ["\\ud800", "constructor", "__proto__", "toString", "hasOwnProperty"];
    const children = names.map(
      (name) => `{"type":"TextInput","name":"${name}","label":"\${data.${name}}"},`,
    );

    const codes = errorsOf(screenWith(children.join("")));

    expect(
      codes.filter((code) => code.startsWith("INVALID_SCREEN_DYNAMIC_DATA")).length,
    ).toBeGreaterThanOrEqual(4);
  });

  it("keeps the list of faults within what somebody reads", () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `"key${index}":0,`).join("");

    expect(checkFlowJson(screenWith("", keys)).findings.length).toBeLessThanOrEqual(2_000);
  });

  it.each(["a".repeat(50_000), "a.".repeat(50_000) + "a", ".".repeat(50_000)])(
    "keeps its words short of a binding that is not",
    (name) => {
      const { findings } = checkFlowJson(
        screenWith(`{"type":"TextBody","text":"\${data.${name}}"},`),
      );

      expect(findings).not.toEqual([]);
      for (const { message, hint } of findings) {
        expect([message.length, hint.length]).not.toContainEqual(expect.toSatisfy((n) => n > 1001));
      }
    },
  );

  it("never throws, whatever stands in the place of whatever", () => {
    const key = fc.constantFrom(
      "version",
      "screens",
      "id",
      "title",
      "layout",
      "children",
      "type",
      "data",
      "name",
      "label",
      "text",
      "on-click-action",
      "on-select-action",
      "payload",
      "next",
      "data-source",
      "list-items",
      "then",
      "else",
      "cases",
      "condition",
      "value",
      "init-values",
      "routing_model",
      "MAIN",
      "__example__",
      "items",
      "properties",
      "terminal",
      "success",
      "sensitive",
      "mode",
      "min-date",
      "max-date",
      "include-days",
      "url",
      "end",
      "images",
      "required",
      "constructor",
    );
    const word = fc.constantFrom(
      ...FLOW_JSON_VERSIONS,
      ...Object.keys(COMPONENTS),
      "SingleColumnLayout",
      "MAIN",
      "navigate",
      "complete",
      "data_exchange",
      "update_data",
      "open_url",
      "screen",
      "${data.MAIN}",
      "${form.name}",
      "${screen.MAIN.form.name}",
      "`${data.MAIN} + 1`",
      "`",
      "${",
      "(${data.a})",
      "string",
      "object",
      "array",
      "range",
      "2026-02-31",
      "https://example.com",
      "",
    );
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 7 },
        word,
        fc.constantFrom(null, true, 0, -1.5),
        fc.array(tie("node"), { maxLength: 4 }),
        fc.dictionary(key, tie("node"), { maxKeys: 6 }),
      ),
    }));
    const screen = fc.record({
      id: fc.oneof(word, node),
      title: node,
      data: node,
      terminal: node,
      layout: fc.record({
        type: word,
        children: fc.array(
          fc
            .record({ type: fc.constantFrom(...Object.keys(COMPONENTS)) })
            .chain((base) =>
              fc.dictionary(key, node, { maxKeys: 8 }).map((rest) => ({ ...rest, ...base })),
            ),
          { maxLength: 4 },
        ),
      }),
    });
    const document = fc.record({
      version: fc.constantFrom(...FLOW_JSON_VERSIONS),
      data_api_version: node,
      routing_model: node,
      screens: fc.oneof(fc.array(screen, { maxLength: 3 }), node),
    });

    fc.assert(
      fc.property(document, (value) => {
        const text = JSON.stringify(value);
        for (const mode of ["all", "meta"] as const) {
          const { findings } = checkFlowJson(text, { mode, today: "2026-11-22" });
          expect(Array.isArray(findings)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never throws on text that only resembles JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(checkFlowJson(text).findings.length).toBeGreaterThan(0);
      }),
    );
  });
});
