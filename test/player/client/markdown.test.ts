import { describe, expect, it } from "vitest";
import { parseMarkdown } from "../../../src/player/client/phone/markdown.ts";

const text = (words: string) => ({ kind: "text", text: words });

describe("parseMarkdown", () => {
  it("reads two levels of headings, and deeper ones as text", () => {
    expect(parseMarkdown(["# One", "## Two", "### Three"])).toEqual([
      { kind: "heading", level: 1, inline: [text("One")] },
      { kind: "heading", level: 2, inline: [text("Two")] },
      { kind: "paragraph", inline: [text("Three")] },
    ]);
  });

  it("reads emphasis within emphasis", () => {
    expect(parseMarkdown(["a **b *c*** ~~d~~"])).toEqual([
      {
        kind: "paragraph",
        inline: [
          text("a "),
          { kind: "bold", inline: [text("b "), { kind: "italic", inline: [text("c")] }] },
          text(" "),
          { kind: "strike", inline: [text("d")] },
        ],
      },
    ]);
  });

  it("leaves lone marks as they are", () => {
    expect(parseMarkdown(["2 * 3 * 4"])).toEqual([
      { kind: "paragraph", inline: [text("2 * 3 * 4")] },
    ]);
  });

  it("reads lists of one level, bulleted and numbered", () => {
    expect(parseMarkdown(["- a\n+ b", "1. c"])).toEqual([
      { kind: "list", ordered: false, items: [[text("a")], [text("b")]] },
      { kind: "list", ordered: true, items: [[text("c")]] },
    ]);
  });

  it("reads tables", () => {
    expect(parseMarkdown(["| a | b |", "|---|---|", "| 1 | 2 |"])).toEqual([
      { kind: "table", head: [[text("a")], [text("b")]], rows: [[[text("1")], [text("2")]]] },
    ]);
  });

  it.each([
    "[a](javascript:alert)",
    "[a](data:text/html,x)",
    "![a](https://example.com/a.png)",
    "<b>a</b>",
  ])("takes %s for text", (line) => {
    expect(parseMarkdown([line])).toEqual([{ kind: "paragraph", inline: [text(line)] }]);
  });

  it("reads links to the web, and pictures in base64", () => {
    expect(
      parseMarkdown(["[a](https://example.com/)", "![b](data:image/png;base64,AAAA)"]),
    ).toEqual([
      {
        kind: "paragraph",
        inline: [{ kind: "link", href: "https://example.com/", inline: [text("a")] }],
      },
      { kind: "image", alt: "b", src: "data:image/png;base64,AAAA" },
    ]);
  });
});
