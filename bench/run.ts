// `npm run bench` measures and prints; `npm run bench -- --check` measures briefly and exits with 1 when a budget of
// budget.json is exceeded. Progress goes to standard error, results to standard output.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Budgets, checkBudgets } from "./budget.ts";
import { FULL_EFFORT, measureExchange, SHORT_EFFORT } from "./exchange.ts";
import type { Figure } from "./figure.ts";
import { measureIngest } from "./ingest.ts";
import { describeRun } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { measureProcessing } from "./processing.ts";
import { replaceResults } from "./results.ts";
import { measureStart } from "./start.ts";
import { formatMarkdown, formatTable } from "./table.ts";

const README = fileURLToPath(new URL("README.md", import.meta.url));
const BUDGETS = fileURLToPath(new URL("budget.json", import.meta.url));
const EXIT_USAGE = 2;

type Benchmark = (exchanges: number | undefined) => Promise<readonly Figure[]>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  exchange: () => measureExchange(FULL_EFFORT, note),
  start: () => measureStart(note),
  memory: (exchanges) => measureMemory(note, exchanges),
  ingest: () => measureIngest(note),
  processing: () => measureProcessing(note),
};

const USAGE = `usage: npm run bench -- [${Object.keys(BENCHMARKS).join("|")}]… [--write] [--exchanges N]
       npm run bench -- --check

  --write         put the results into bench/README.md
  --exchanges N   watch memory over about N exchanges, at least 100000
  --check         half a minute; exit status 1 when a budget of bench/budget.json is exceeded
`;

type Command =
  | { readonly kind: "check" }
  | {
      readonly kind: "measure";
      readonly names: readonly string[];
      readonly write: boolean;
      readonly exchanges: number | undefined;
    };

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  if (command === null) {
    note(USAGE);
    return EXIT_USAGE;
  }
  return command.kind === "check" ? check() : measure(command);
}

async function measure(command: Extract<Command, { readonly kind: "measure" }>): Promise<number> {
  for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
    if (!command.names.includes(name)) continue;
    note(`== ${name}`);
    const figures = await benchmark(command.exchanges);
    const run = describeRun();
    process.stdout.write(`\n${run}\n${formatTable(figures, process.stdout.isTTY)}\n\n`);
    if (command.write) {
      const results = `${run}\n\n${formatMarkdown(figures)}`;
      writeFileSync(README, replaceResults(readFileSync(README, "utf8"), name, results));
    }
  }
  return 0;
}

async function check(): Promise<number> {
  // The file is the project's own; checkBudgets refuses a name that nothing measures.
  const budgets = JSON.parse(readFileSync(BUDGETS, "utf8")) as Budgets;
  const figures = await measureExchange(SHORT_EFFORT, note);
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
        write: { type: "boolean", default: false },
        exchanges: { type: "string" },
      },
    });
    if (positionals.some((name) => !Object.hasOwn(BENCHMARKS, name))) return null;
    const exchanges = values.exchanges === undefined ? undefined : Number(values.exchanges);
    if (exchanges !== undefined && !(exchanges >= 100_000)) return null;
    if (values.check) return { kind: "check" };
    const names = positionals.length === 0 ? Object.keys(BENCHMARKS) : positionals;
    return { kind: "measure", names, write: values.write, exchanges };
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
