// flowpoint seed

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import { writeJson, writeResult } from "../output.ts";

export function seedCommand(): Command {
  return new Command("seed")
    .description("put in the demonstration data of every flow; safe to repeat")
    .option("--json", "print JSON")
    .action(async (options: { readonly json?: true }) => {
      const result = await runOperation(
        "seed",
        {},
        loadSettings("database"),
        createLogger("silent"),
      );
      if (options.json === true) return writeJson(result);
      return writeResult(
        result.seeded.length === 0 ? "no flow has a seed.ts" : result.seeded.join("\n"),
      );
    });
}
