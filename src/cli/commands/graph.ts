// flowpoint graph fake

import { Command } from "commander";
import { graphFakeCommand } from "./graph-fake.ts";

export function graphCommand(): Command {
  return new Command("graph").description("Meta's Graph API").addCommand(graphFakeCommand());
}
