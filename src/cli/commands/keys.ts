// flowpoint keys generate | inspect

import { Command } from "commander";
import { keysGenerateCommand } from "./keys-generate.ts";
import { keysInspectCommand } from "./keys-inspect.ts";

export function keysCommand(): Command {
  return new Command("keys")
    .description("the business key pair")
    .addCommand(keysGenerateCommand())
    .addCommand(keysInspectCommand());
}
