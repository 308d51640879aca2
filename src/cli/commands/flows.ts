// flowpoint flows list | generate

import { Command } from "commander";
import { flowsGenerateCommand } from "./flows-generate.ts";
import { flowsListCommand } from "./flows-list.ts";

export function flowsCommand(): Command {
  return new Command("flows")
    .description("the flows under HANDLERS_DIR")
    .addCommand(flowsListCommand())
    .addCommand(flowsGenerateCommand());
}
