import { describe, expect, it } from "vitest";
import { layoutGraph } from "../../../src/player/client/inspector/layout-graph.ts";

function columns(routes: Readonly<Record<string, readonly string[]>>, entries: readonly string[]) {
  const { nodes } = layoutGraph(new Map(Object.entries(routes)), entries);
  const xs = [...new Set(nodes.map(({ x }) => x))].toSorted((left, right) => left - right);
  return xs.map((x) => nodes.filter((node) => node.x === x).map(({ id }) => id));
}

describe("layoutGraph", () => {
  it("puts a screen behind everything that leads to it", () => {
    expect(columns({ A: ["B", "C"], B: ["C"], C: ["D"], D: [] }, ["A"])).toEqual([
      ["A"],
      ["B"],
      ["C"],
      ["D"],
    ]);
  });

  it("puts screens of one rank below each other, and entries in front", () => {
    expect(columns({ A: ["B", "C"], B: [], C: [], X: ["C"] }, ["A", "X"])).toEqual([
      ["A", "X"],
      ["B", "C"],
    ]);
  });

  it("comes to an end with a circle", () => {
    const { nodes, edges } = layoutGraph(
      new Map([
        ["A", ["B"]],
        ["B", ["C"]],
        ["C", ["A"]],
      ]),
      ["A"],
    );

    expect(nodes).toHaveLength(3);
    expect(edges).toHaveLength(3);
  });

  it("leaves out edges to screens that are not there", () => {
    expect(layoutGraph(new Map([["A", ["GONE"]]]), ["A"]).edges).toEqual([]);
  });
});
