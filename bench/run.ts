// `npm run bench` measures and prints; `npm run bench -- --check` measures briefly and exits with 1 when a budget of
// budget.json is exceeded. Progress goes to standard error, results to standard output.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureAdmission } from "./admission.ts";
import { measureBaselines } from "./baselines.ts";
import { type Budgets, checkBudgets } from "./budget.ts";
import { FULL_EFFORT, measureExchange, SHORT_EFFORT } from "./exchange.ts";
import type { Figure } from "./figure.ts";
import { measureHandlersDatabase } from "./handlers-database.ts";
import { measureIngest } from "./ingest.ts";
import { measureLatency } from "./latency.ts";
import { drawChart } from "./latency-chart.ts";
import { measureLinter } from "./linter.ts";
import { describeRun } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { measureOpenSeal } from "./open-seal.ts";
import { measureProcessing } from "./processing.ts";
import { measureReplay } from "./replay.ts";
import { replaceResults } from "./results.ts";
import { measureSensitivity, slowedDown } from "./sensitivity.ts";
import { measureStart } from "./start.ts";
import { formatMarkdown, formatTable } from "./table.ts";
import { measureTwoProcesses } from "./two-processes.ts";

const README = fileURLToPath(new URL("README.md", import.meta.url));
const BUDGETS = fileURLToPath(new URL("budget.json", import.meta.url));
const REPORT = fileURLToPath(new URL("report/", import.meta.url));
const EXIT_USAGE = 2;

/** What some benchmarks can be told; `undefined` where they decide. */
type Wishes = {
  readonly exchanges: number | undefined;
  readonly seconds: number | undefined;
};

type Benchmark = (wishes: Wishes) => Promise<readonly Figure[]>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  exchange: () => measureExchange(FULL_EFFORT, note),
  "open-seal": () => measureOpenSeal(note),
  baselines: () => measureBaselines(note),
  replay: () => measureReplay(note),
  "handlers-database": () => measureHandlersDatabase(note),
  admission: ({ seconds }) => measureAdmission(note, seconds),
  latency: async ({ seconds }) => (await measureLatency(note, seconds)).figures,
  "two-processes": () => measureTwoProcesses(note),
  start: () => measureStart(note),
  memory: ({ exchanges }) => measureMemory(note, exchanges),
  ingest: () => measureIngest(note),
  processing: () => measureProcessing(note),
  linter: () => measureLinter(note),
  sensitivity: () => measureSensitivity(note),
};

const USAGE = `usage: npm run bench -- [${Object.keys(BENCHMARKS).join("|")}]… [--write] [--exchanges N] [--seconds N]
       npm run bench -- --report [--write] [--seconds N]
       npm run bench -- --check [--slow-down PERCENT]

  --write         put the results into bench/README.md
  --exchanges N   watch memory over about N exchanges, at least 100000
  --seconds N     flood for N seconds in each round, or hold each load of the latency for so long
  --report        measure latency against offered load, and draw it: bench/report/latency.svg
  --check         half a minute; exit status 1 when a budget of bench/budget.json is exceeded
  --slow-down PERCENT  the same with a server that costs so much more, which the check must notice
`;

type Command =
  | { readonly kind: "check"; readonly slowDown: number }
  | { readonly kind: "report"; readonly write: boolean; readonly wishes: Wishes }
  | {
      readonly kind: "measure";
      readonly names: readonly string[];
      readonly write: boolean;
      readonly wishes: Wishes;
    };

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  if (command === null) {
    note(USAGE);
    return EXIT_USAGE;
  }
  switch (command.kind) {
    case "check":
      return check(command.slowDown);
    case "report":
      return report(command);
    case "measure":
      return measure(command);
  }
}

async function measure(command: Extract<Command, { readonly kind: "measure" }>): Promise<number> {
  for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
    if (!command.names.includes(name)) continue;
    note(`== ${name}`);
    tell(name, await benchmark(command.wishes), command.write);
  }
  return 0;
}

async function report({
  write,
  wishes,
}: Extract<Command, { readonly kind: "report" }>): Promise<number> {
  const { figures, chart } = await measureLatency(note, wishes.seconds);
  tell("latency", figures, write);
  const { seconds } = wishes;
  const command = `npm run bench -- --report${seconds === undefined ? "" : ` --seconds ${seconds}`}`;
  mkdirSync(REPORT, { recursive: true });
  writeFileSync(`${REPORT}latency.svg`, drawChart(chart, describeRun(), command));
  note(`drawn: ${REPORT}latency.svg`);
  return 0;
}

function tell(name: string, figures: readonly Figure[], write: boolean): void {
  // A part is missing, and the benchmark has said which: what is written stays.
  if (figures.length === 0) return;
  const run = describeRun();
  process.stdout.write(`\n${run}\n${formatTable(figures, process.stdout.isTTY)}\n\n`);
  if (!write) return;
  const results = `${run}\n\n${formatMarkdown(figures)}`;
  writeFileSync(README, replaceResults(readFileSync(README, "utf8"), name, results));
}

async function check(slowDown: number): Promise<number> {
  // The file is the project's own; checkBudgets refuses a name that nothing measures.
  const budgets = JSON.parse(readFileSync(BUDGETS, "utf8")) as Budgets;
  const server = slowDown === 0 ? {} : slowedDown(slowDown);
  const figures = await measureExchange(SHORT_EFFORT, note, server);
  const verdicts = checkBudgets(budgets, figures);
  process.stdout.write(`\n${describeRun()}\n${formatTable(figures, process.stdout.isTTY)}\n\n`);
  for (const { line } of verdicts) process.stdout.write(`${line}\n`);
  return verdicts.every(({ kind }) => kind === "within") ? 0 : 1;
}

/** @returns `null` for wrong usage */
function parseCommand(args: readonly string[]): Command | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        check: { type: "boolean", default: false },
        report: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        exchanges: { type: "string" },
        seconds: { type: "string" },
        "slow-down": { type: "string", default: "0" },
      },
    });
    if (positionals.some((name) => !Object.hasOwn(BENCHMARKS, name))) return null;
    const exchanges = values.exchanges === undefined ? undefined : Number(values.exchanges);
    if (exchanges !== undefined && !(exchanges >= 100_000)) return null;
    const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
    if (seconds !== undefined && !(seconds > 0)) return null;
    const slowDown = Number(values["slow-down"]);
    if (!(slowDown >= 0)) return null;
    const { write } = values;
    const wishes = { exchanges, seconds };
    if (values.check) return { kind: "check", slowDown };
    if (values.report) return { kind: "report", write, wishes };
    const names = positionals.length === 0 ? Object.keys(BENCHMARKS) : positionals;
    return { kind: "measure", names, write, wishes };
  } catch {
    // parseArgs throws for nothing but an option that it was not told of.
    return null;
  }
}

function note(progress: string): void {
  process.stderr.write(`${progress}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  note(`the measurement failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
