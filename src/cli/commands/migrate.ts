// flowpoint migrate [--status]

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import { formatTable, writeJson, writeResult } from "../output.ts";

type Options = { readonly status?: true; readonly json?: true };

export function migrateCommand(): Command {
  return new Command("migrate")
    .description("bring the database's schema up to this version, the flows' own tables included")
    .option("--status", "show what is applied and pending, and change nothing")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const settings = loadSettings("database");
      const log = createLogger("silent");
      if (options.status === true) {
        const { schemas } = await runOperation("migration-status", {}, settings, log);
        if (options.json === true) return writeJson(schemas);
        const rows = schemas.flatMap(({ schema, applied, pending }) => [
          ...applied.map((name) => [schema, name, "applied"]),
          ...pending.map((name) => [schema, name, "pending"]),
        ]);
        return writeResult(formatTable(["SCHEMA", "MIGRATION", "STATE"], rows));
      }
      const { applied } = await runOperation("migrate", {}, settings, log);
      if (options.json === true) return writeJson({ applied });
      return writeResult(applied.length === 0 ? "nothing to apply" : applied.join("\n"));
    });
}
