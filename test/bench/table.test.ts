import { describe, expect, it } from "vitest";
import type { Figure } from "../../bench/figure.ts";
import { formatMarkdown, formatTable } from "../../bench/table.ts";

const FIGURES: readonly Figure[] = [
  { key: "a.ratio", label: "a ratio", unit: "×", samples: [1.5, 1.25, 1.755] },
  { key: "a.time", label: "a longer name", unit: "µs", samples: [480.4] },
  { key: "a.slope", label: "a slope", unit: "B", samples: [-12.34] },
];

describe("the table of figures", () => {
  it("is plain, aligned text for a pipe", () => {
    expect(formatTable(FIGURES, false)).toBe(
      [
        "               median  lowest  highest  unit",
        "a ratio          1.50    1.25     1.75  ×",
        "a longer name     480                   µs",
        "a slope         -12.3                   B",
      ].join("\n"),
    );
  });

  it("has the same cells on a terminal, between lines", () => {
    const plain = formatTable(FIGURES, false)
      .split("\n")
      .map((line) => line.trimEnd());

    const drawn = formatTable(FIGURES, true).split("\n");

    expect(drawn).toHaveLength(plain.length + 3);
    for (const line of plain) expect(drawn.some((one) => one.includes(line))).toBe(true);
  });

  it("is a Markdown table for the page", () => {
    expect(formatMarkdown(FIGURES)).toBe(
      [
        "|  | median | lowest | highest | unit |",
        "| --- | --: | --: | --: | --- |",
        "| a ratio | 1.50 | 1.25 | 1.75 | × |",
        "| a longer name | 480 |  |  | µs |",
        "| a slope | -12.3 |  |  | B |",
      ].join("\n"),
    );
  });
});
