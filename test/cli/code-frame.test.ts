import { describe, expect, it } from "vitest";
import { formatCodeFrame } from "../../src/cli/code-frame.ts";
import { createTextLines } from "../../src/flow-json/text-lines.ts";

function frame(text: string, line: number, column: number, endLine: number, endColumn: number) {
  return formatCodeFrame(createTextLines(text), { line, column, endLine, endColumn });
}

describe("formatCodeFrame", () => {
  it("shows the line before and underlines the place", () => {
    expect(frame('{\r\n  "a": "x",\r\n}', 2, 8, 2, 11)).toBe(
      ["  1 | {", '> 2 |   "a": "x",', "    |        ^^^"].join("\n"),
    );
  });

  it("underlines what spans lines to the end of its first, and a point as one character", () => {
    expect(frame("{\n}", 1, 1, 2, 2)).toBe("> 1 | {\n    | ^");
    expect(frame("", 1, 1, 1, 1)).toBe("> 1 | \n    | ^");
  });

  it("shows of a line without end the part around the place", () => {
    const text = `${"x".repeat(5_000)}HERE${"y".repeat(5_000)}`;

    const [line = "", underline = ""] = frame(text, 1, 5_001, 1, 5_005).split("\n");

    expect(line.length).toBeLessThan(120);
    expect(line.slice(underline.indexOf("^"), underline.lastIndexOf("^") + 1)).toBe("HERE");
  });

  it("passes no control character on to the terminal", () => {
    expect(frame("a\u001b[31m\tb", 1, 1, 1, 2)).toContain("a·[31m b");
  });

  it("counts what is one character to a reader as one", () => {
    expect(frame("👩‍👩‍👧é: x", 1, 12, 1, 13).split("\n").at(-1)).toBe("    |     ^");
  });
});
