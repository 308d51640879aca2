import { describe, expect, it } from "vitest";
import { applyFixes, fixFlowJson } from "../../../src/flow-json/check/fix-flow-json.ts";
import type { Edit, Finding } from "../../../src/flow-json/check/finding.ts";
import { parseFlowJson } from "../../../src/flow-json/document.ts";

const FLOW = `{
  "version": 7.2,
  "routing_model": { "BOOK_1": ["DONE"], "DONE": [] },
  "screens": [
    {
      "id": "BOOK_1",
      "title": "Book",
      "layout": {
        "type": "SingleColumn",
        "children": [
          { "type": "TextInput", "name": "who", "lable": "Name", "required": "true", "max-chars": "40" },
          {
            "type": "Footer",
            "label": "Go",
            "on-click-action": { "name": "navigte", "next": { "name": "DONE" }, "payload": {} }
          }
        ]
      }
    },
    {
      "id": "DONE",
      "title": "Done",
      "terminal": true,
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          {
            "type": "Footer",
            "label": "Send",
            "on-click-action": { "name": "complete", "payload": { "who": "\${screen.BOOK_1.form.who}" } }
          }
        ]
      }
    }
  ]
}
`;

function edit(start: number, end: number, text: string): Edit {
  return { range: { line: 1, column: start + 1, endLine: 1, endColumn: end + 1 }, text };
}

function findingWith(first: Edit, also: readonly Edit[] = []): Finding {
  return {
    code: "A",
    severity: "error",
    source: "meta",
    path: "",
    range: first.range,
    message: "m",
    hint: "h",
    fix: { ...first, also },
  };
}

describe("fixFlowJson", () => {
  it("mends what leaves no choice, and changes nothing else", () => {
    const { text, fixed, result } = fixFlowJson(FLOW);

    expect(result.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(fixed.length).toBeGreaterThan(5);
    expect(text).toBe(
      FLOW.replace("7.2", '"7.2"')
        .replaceAll("BOOK_1", "BOOK")
        .replace('SingleColumn"', 'SingleColumnLayout"')
        .replace("lable", "label")
        .replace('"true"', "true")
        .replace('"40"', "40")
        .replace("navigte", "navigate")
        .replace('{ "name": "DONE"', '{ "type": "screen", "name": "DONE"'),
    );
    expect(parseFlowJson(text).screens.map(({ id }) => id)).toEqual(["BOOK", "DONE"]);
  });

  it("gives two screens of one new name different ones", () => {
    const { text } = fixFlowJson(FLOW.replaceAll("DONE", "BOOK_2"));

    expect(parseFlowJson(text).screens.map(({ id }) => id)).toEqual(["BOOK", "BOOK_B"]);
  });

  it("leaves a clean flow, and one that is beyond repair, as they are", () => {
    const clean = fixFlowJson(FLOW).text;

    expect(fixFlowJson(clean)).toMatchObject({ text: clean, fixed: [] });
    expect(fixFlowJson("{")).toMatchObject({ text: "{", fixed: [] });
  });

  it("takes a byte order mark away and then looks at the rest", () => {
    expect(fixFlowJson(`\uFEFF${FLOW}`).text).toBe(fixFlowJson(FLOW).text);
  });
});

describe("applyFixes", () => {
  it("applies what does not touch, in any order", () => {
    const { text } = applyFixes("abcdef", [
      findingWith(edit(4, 5, "E")),
      findingWith(edit(0, 1, "")),
      findingWith(edit(2, 2, "+")),
    ]);

    expect(text).toBe("b+cdEf");
  });

  it("applies all edits of a fix or none", () => {
    const { text, fixed } = applyFixes("abcdef", [
      findingWith(edit(0, 1, "A")),
      findingWith(edit(3, 4, "D"), [edit(0, 2, "X")]),
    ]);

    expect(text).toBe("Abcdef");
    expect(fixed).toHaveLength(1);
  });
});
