// flowpoint serve

import { Command } from "commander";
import { serve } from "../../app/main.ts";

export function serveCommand(): Command {
  return new Command("serve").description("run the server until it is told to stop").action(serve);
}
