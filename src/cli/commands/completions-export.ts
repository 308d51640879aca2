// flowpoint completions export

import { Command, Option } from "commander";
import type { CompletionView } from "../../app/operations/completion-operations.ts";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { withOperations } from "../../app/operations/run-operation.ts";
import {
  addFilterOptions,
  type FilterOptions,
  filterOf,
  parseCount,
} from "../completion-options.ts";
import { readCompletions } from "../completion-pages.ts";
import { formatCsvRow } from "../csv.ts";
import { streamResult, writeResult } from "../output.ts";

const COLUMNS = [
  "id",
  "messageId",
  "flow",
  "flowToken",
  "user",
  "matchedBy",
  "state",
  "attempts",
  "receivedAt",
  "response",
] as const satisfies readonly (keyof CompletionView)[];

type Options = FilterOptions & { readonly format: "csv" | "ndjson"; readonly limit?: number };

export function completionsExportCommand(): Command {
  const command = new Command("export").description(
    "completions with their answers, the newest first",
  );
  return addFilterOptions(command)
    .addOption(
      new Option("--format <format>", "one JSON object a line, or a table")
        .choices(["ndjson", "csv"])
        .default("ndjson"),
    )
    .option("--limit <n>", "at most so many; default: all", parseCount)
    .action(async (options: Options) => {
      if (options.format === "csv") writeResult(formatCsvRow(COLUMNS));
      const format = options.format === "csv" ? toCsvRow : JSON.stringify;
      await withOperations(loadSettings("database"), createLogger("silent"), async (run) => {
        const limit = options.limit ?? Infinity;
        for await (const page of readCompletions(run, filterOf(options), limit)) {
          if (page.length === 0) continue;
          await streamResult(page.map((completion) => format(completion)).join("\n"));
        }
      });
    });
}

function toCsvRow(completion: CompletionView): string {
  return formatCsvRow(
    COLUMNS.map((column) => {
      if (column === "response") return JSON.stringify(completion.response);
      return String(completion[column] ?? "");
    }),
  );
}
