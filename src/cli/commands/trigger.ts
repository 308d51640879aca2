// flowpoint trigger completion | alert

import { Command } from "commander";
import { triggerAlertCommand } from "./trigger-alert.ts";
import { triggerCompletionCommand } from "./trigger-completion.ts";

export function triggerCommand(): Command {
  return new Command("trigger")
    .description("send a running server a webhook, signed as Meta's are")
    .addCommand(triggerCompletionCommand())
    .addCommand(triggerAlertCommand());
}
