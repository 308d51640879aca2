// flowpoint completions list | show | replay | export | erase

import { Command } from "commander";
import { completionsEraseCommand } from "./completions-erase.ts";
import { completionsExportCommand } from "./completions-export.ts";
import { completionsListCommand } from "./completions-list.ts";
import { completionsReplayCommand } from "./completions-replay.ts";
import { completionsShowCommand } from "./completions-show.ts";

export function completionsCommand(): Command {
  return new Command("completions")
    .description("what users have answered")
    .addCommand(completionsListCommand())
    .addCommand(completionsShowCommand())
    .addCommand(completionsReplayCommand())
    .addCommand(completionsExportCommand())
    .addCommand(completionsEraseCommand());
}
