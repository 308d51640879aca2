// The routing model as a graph, the screen that the phone shows lit.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { deriveRoutes, findEntryScreens } from "../../../flow-json/routes.ts";
import type { FlowSession } from "../player-state.ts";
import { layoutGraph, NODE } from "./layout-graph.ts";

export function RouteGraph({
  session: { document, phone },
  onJump,
}: {
  readonly session: FlowSession;
  /** To a line of flow.json. */
  readonly onJump: (line: number) => void;
}): JSX.Element {
  const { layout, entries } = useMemo(() => {
    const routes = deriveRoutes(document);
    const first = findEntryScreens(routes);
    return { layout: layoutGraph(routes, first), entries: new Set(first) };
  }, [document]);
  const isOpen = phone !== null && ["showing", "waiting", "failed"].includes(phone.phase.kind);
  const current = isOpen ? phone.history.at(-1) : undefined;
  const visited = new Set(phone?.history);
  return (
    <>
      <p class="quiet">
        {document.routingModel === null
          ? "Routes as they follow from navigate actions; this flow declares no routing model."
          : "The routing model; a phone also goes back along its edges."}
      </p>
      <div class="graph-scroll" tabIndex={0} role="region" aria-label="Routes">
        <svg
          class="graph"
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          width={layout.width}
          height={layout.height}
        >
          <defs>
            <marker
              id="arrow"
              viewBox="0 0 8 8"
              refX="4"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M 0 0 L 8 4 L 0 8 z" class="graph-arrow" />
            </marker>
          </defs>
          {layout.edges.map(({ from, to, path }) => (
            <path
              key={`${from} ${to}`}
              class={from === current ? "graph-edge is-next" : "graph-edge"}
              d={path}
              marker-end="url(#arrow)"
            >
              <title>{`${from} → ${to}`}</title>
            </path>
          ))}
          {layout.nodes.map(({ id, x, y }) => {
            const screen = document.screen(id);
            const line = screen === undefined ? 1 : document.locate(screen.path).line;
            const classes = [
              "graph-node",
              id === current ? "is-current" : "",
              visited.has(id) ? "is-visited" : "",
              screen?.terminal === true ? "is-terminal" : "",
            ];
            return (
              <g
                key={id}
                class={classes.filter(Boolean).join(" ")}
                role="button"
                tabIndex={0}
                aria-label={`${id}, line ${line}`}
                aria-current={id === current ? "step" : undefined}
                onClick={() => onJump(line)}
                onKeyDown={({ key }) => key === "Enter" && onJump(line)}
              >
                <rect x={x} y={y} width={NODE.width} height={NODE.height} rx={10} />
                <text x={x + NODE.width / 2} y={y + NODE.height / 2 + 4}>
                  {id.length > 16 ? `${id.slice(0, 15)}…` : id}
                </text>
                <title>{`${id}: ${screen?.title ?? ""}`}</title>
              </g>
            );
          })}
        </svg>
      </div>
      <p class="legend quiet">
        <span class="legend-mark is-current" /> shown now <span class="legend-mark is-terminal" />{" "}
        terminal{entries.size > 1 ? ` · ${entries.size} entry screens` : ""}
      </p>
    </>
  );
}
