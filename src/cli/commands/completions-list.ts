// flowpoint completions list

import { Command } from "commander";
import type { CompletionView } from "../../app/operations/completion-operations.ts";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { withOperations } from "../../app/operations/run-operation.ts";
import {
  addFilterOptions,
  addLimitOption,
  type FilterOptions,
  filterOf,
} from "../completion-options.ts";
import { readCompletions } from "../completion-pages.ts";
import { formatTable, writeJson, writeResult } from "../output.ts";

const DEFAULT_LIMIT = 50;

type Options = FilterOptions & { readonly limit: number; readonly json?: true };

export function completionsListCommand(): Command {
  const command = new Command("list").description("stored completions, the newest first");
  return addLimitOption(addFilterOptions(command), DEFAULT_LIMIT)
    .option("--json", "print JSON, answers included")
    .action(async (options: Options) => {
      const completions: CompletionView[] = [];
      await withOperations(loadSettings("database"), createLogger("silent"), async (run) => {
        for await (const page of readCompletions(run, filterOf(options), options.limit)) {
          completions.push(...page);
        }
      });
      if (options.json === true) return writeJson(completions);
      const rows = completions.map(({ id, flow, state, attempts, receivedAt, matchedBy }) => [
        id,
        flow ?? "-",
        state,
        String(attempts),
        receivedAt,
        matchedBy ?? "-",
      ]);
      return writeResult(
        formatTable(["ID", "FLOW", "STATE", "ATTEMPTS", "RECEIVED", "MATCHED BY"], rows),
      );
    });
}
