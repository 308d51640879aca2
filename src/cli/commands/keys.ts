// flowpoint keys generate | inspect | upload | status | rotate

import { Command } from "commander";
import { keysGenerateCommand } from "./keys-generate.ts";
import { keysInspectCommand } from "./keys-inspect.ts";
import { keysRotateCommand } from "./keys-rotate.ts";
import { keysStatusCommand } from "./keys-status.ts";
import { keysUploadCommand } from "./keys-upload.ts";

export function keysCommand(): Command {
  return new Command("keys")
    .description("the business key pair, here and at Meta")
    .addCommand(keysGenerateCommand())
    .addCommand(keysInspectCommand())
    .addCommand(keysUploadCommand())
    .addCommand(keysStatusCommand())
    .addCommand(keysRotateCommand());
}
