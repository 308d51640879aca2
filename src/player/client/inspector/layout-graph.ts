// Places the screens of a routing model on a plane: a column per step from the entry screens, an edge
// from each screen to those that may follow it.

import type { Routes } from "../../../flow-json/routes.ts";

export type GraphNode = {
  readonly id: string;
  readonly x: number;
  readonly y: number;
};

export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
};

export type GraphLayout = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
};

export const NODE = { width: 132, height: 38 } as const;
const GAP = { x: 56, y: 26 } as const;
const MARGIN = 16;

export function layoutGraph(routes: Routes, entries: readonly string[]): GraphLayout {
  const rows = ranksOf(routes, entries);
  const widest = Math.max(...rows.map((row) => row.length));
  const height = widest * (NODE.height + GAP.y) - GAP.y;
  const nodes = rows.flatMap((row, rank) => {
    const rowHeight = row.length * (NODE.height + GAP.y) - GAP.y;
    return row.map((id, index) => ({
      id,
      x: MARGIN + rank * (NODE.width + GAP.x),
      y: MARGIN + (height - rowHeight) / 2 + index * (NODE.height + GAP.y),
    }));
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = [...routes].flatMap(([from, targets]) =>
    targets.flatMap((to) => {
      const [start, end] = [byId.get(from), byId.get(to)];
      return start === undefined || end === undefined
        ? []
        : [{ from, to, path: pathBetween(start, end) }];
    }),
  );
  return {
    nodes,
    edges,
    width: MARGIN * 2 + rows.length * (NODE.width + GAP.x) - GAP.x,
    // Edges that pass over a column bend out below it.
    height: height + MARGIN * 2 + GAP.y,
  };
}

/** A screen's rank is the longest way to it that takes no edge twice over a circle. */
function ranksOf(routes: Routes, entries: readonly string[]): readonly (readonly string[])[] {
  const rank = new Map<string, number>();
  const visit = (id: string, depth: number, way: ReadonlySet<string>): void => {
    if (way.has(id) || (rank.get(id) ?? -1) >= depth) return;
    rank.set(id, depth);
    for (const next of routes.get(id) ?? []) visit(next, depth + 1, new Set([...way, id]));
  };
  for (const entry of entries) visit(entry, 0, new Set());
  // What no entry leads to stands at the front, so that it is seen.
  for (const id of routes.keys()) visit(id, 0, new Set());
  const rows: string[][] = [];
  for (const id of routes.keys()) (rows[rank.get(id) ?? 0] ??= []).push(id);
  return rows.map((row) => row);
}

function pathBetween(from: GraphNode, to: GraphNode): string {
  const [startX, startY] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [endX, endY] = [to.x, to.y + NODE.height / 2];
  const isNext = endX > startX && endX - startX <= GAP.x;
  if (isNext) {
    const middle = (startX + endX) / 2;
    return `M ${startX} ${startY} C ${middle} ${startY} ${middle} ${endY} ${endX - 6} ${endY}`;
  }
  // Over a column, or back: around below the screens in between.
  const low = Math.max(from.y, to.y) + NODE.height + GAP.y * 0.75;
  return `M ${startX} ${startY} C ${startX + GAP.x} ${low} ${endX - GAP.x} ${low} ${endX - 6} ${endY}`;
}
