// flowpoint flows list | check | generate | schema

import { Command } from "commander";
import { flowsCheckCommand } from "./flows-check.ts";
import { flowsGenerateCommand } from "./flows-generate.ts";
import { flowsListCommand } from "./flows-list.ts";
import { flowsSchemaCommand } from "./flows-schema.ts";

export function flowsCommand(): Command {
  return new Command("flows")
    .description("the flows under HANDLERS_DIR")
    .addCommand(flowsListCommand())
    .addCommand(flowsCheckCommand())
    .addCommand(flowsGenerateCommand())
    .addCommand(flowsSchemaCommand());
}
