// Draws latency against offered load: one SVG that needs nothing beside it. Latency on a logarithmic scale, since what
// matters is at both of its ends.

export type Line = {
  /** For example `p99`. */
  readonly name: string;
  readonly points: readonly { readonly load: number; readonly latencyMs: number }[];
};

export type Chart = {
  /** Exchanges a second, which is a load of 100 percent. */
  readonly capacity: number;
  readonly lines: readonly Line[];
};

const SIZE = { width: 900, height: 520 } as const;
const PLOT = { left: 80, right: 760, top: 70, bottom: 420 } as const;
const COLOURS = ["#1b6ca8", "#2a9d8f", "#e07a1f", "#c1292e"];

type Scales = {
  readonly x: (load: number) => number;
  readonly y: (latencyMs: number) => number;
  /** Powers of ten. */
  readonly decades: readonly number[];
  readonly loads: readonly number[];
};

/**
 * @param run     when, where and on what it was measured
 * @param command that measured it
 */
export function drawChart(chart: Chart, run: string, command: string): string {
  const scales = scalesOf(chart);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img"`,
    ` font-family="system-ui, sans-serif" font-size="13" fill="#222">`,
    `<title>Latency of an exchange against offered load</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(PLOT.left, 34, "Latency of an exchange against offered load", `font-size="20"`),
    text(PLOT.left, 56, "open loop, counted from when a request was due", `fill="#666"`),
    ...drawGrid(chart, scales),
    ...chart.lines.flatMap((line, i) => drawLine(line, colourOf(i), scales)),
    // The slowest at the top, as in the plot.
    ...chart.lines.toReversed().flatMap(({ name }, i) => {
      const colour = colourOf(chart.lines.length - 1 - i);
      const y = PLOT.top + 20 + i * 22;
      return [
        stroke([PLOT.right + 20, y - 4], [PLOT.right + 44, y - 4], colour),
        text(PLOT.right + 52, y, name, ""),
      ];
    }),
    text(PLOT.left, 480, run, `font-size="11" fill="#666"`),
    text(PLOT.left, 500, command, `font-size="11" fill="#666" font-family="monospace"`),
    "</svg>",
    "",
  ].join("\n");
}

function colourOf(line: number): string {
  return COLOURS[line % COLOURS.length] ?? "#222";
}

function scalesOf({ lines }: Chart): Scales {
  const points = lines.flatMap((line) => line.points);
  const latencies = points.map(({ latencyMs }) => Math.log10(latencyMs));
  const [low, high] = [Math.floor(Math.min(...latencies)), Math.ceil(Math.max(...latencies))];
  const loads = [...new Set(points.map(({ load }) => load))];
  const most = Math.max(...loads);
  return {
    x: (load) => PLOT.left + (load / most) * (PLOT.right - PLOT.left),
    y: (latencyMs) =>
      PLOT.bottom - ((Math.log10(latencyMs) - low) / (high - low)) * (PLOT.bottom - PLOT.top),
    decades: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    loads,
  };
}

function drawGrid({ capacity }: Chart, { x, y, decades, loads }: Scales): readonly string[] {
  const across = decades.flatMap((latencyMs) => [
    stroke([PLOT.left, y(latencyMs)], [PLOT.right, y(latencyMs)], "#ddd"),
    text(PLOT.left - 8, y(latencyMs) + 4, `${latencyMs} ms`, `text-anchor="end"`),
  ]);
  const down = loads.flatMap((load) => [
    stroke([x(load), PLOT.top], [x(load), PLOT.bottom], load === 100 ? "#999" : "#eee"),
    text(x(load), PLOT.bottom + 18, `${load} %`, `text-anchor="middle"`),
  ]);
  const title = `offered load; 100 % is ${capacity.toFixed(0)} exchanges/s, the most that was answered`;
  return [...across, ...down, text(PLOT.left, PLOT.bottom + 42, title, `fill="#666"`)];
}

function drawLine({ name, points }: Line, colour: string, { x, y }: Scales): readonly string[] {
  const path = points.map(({ load, latencyMs }) => `${round(x(load))},${round(y(latencyMs))}`);
  return [
    `<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(
      ({ load, latencyMs }) =>
        `<circle cx="${round(x(load))}" cy="${round(y(latencyMs))}" r="3" fill="${colour}">` +
        `<title>${name} at ${load} %: ${latencyMs.toPrecision(3)} ms</title></circle>`,
    ),
  ];
}

type Point = readonly [x: number, y: number];

function stroke([x1, y1]: Point, [x2, y2]: Point, colour: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colour}"/>`;
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(words)}</text>`;
}

function escape(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
