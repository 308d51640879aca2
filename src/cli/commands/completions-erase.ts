// flowpoint completions erase <user>

import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { runOperation } from "../../app/operations/run-operation.ts";
import { writeJson, writeResult } from "../output.ts";

const MIN_USER_LENGTH = 6;

export function completionsEraseCommand(): Command {
  return new Command("erase")
    .description("delete all that is kept of a user, for good: answers, files, what handlers keep")
    .argument("<user>", "business-scoped id, or phone number")
    .option("--json", "print JSON")
    .action(async (user: string, options: { readonly json?: true }, self: Command) => {
      if (user.length < MIN_USER_LENGTH) {
        return self.error(`error: a user is named by at least ${MIN_USER_LENGTH} characters`);
      }
      const erased = await runOperation(
        "completions-erase",
        { user },
        loadSettings("database"),
        createLogger("silent"),
      );
      if (options.json === true) return writeJson(erased);
      const flows = erased.flows.length === 0 ? "none" : erased.flows.join(", ");
      return writeResult(
        `${erased.completions} completions, ${erased.quarantined} unreadable notifications; handlers asked: ${flows}`,
      );
    });
}
