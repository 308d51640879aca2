// flowpoint serve

import { Command, Option } from "commander";
import { serve } from "../../app/main.ts";
import { serveUnderDev } from "../dev/serve-under-dev.ts";

export function serveCommand(): Command {
  return new Command("serve")
    .description("run the server until it is told to stop")
    .addOption(new Option("--under-dev", "as flowpoint dev runs it").hideHelp())
    .action(({ underDev }: { readonly underDev?: true }) =>
      underDev === true && process.connected ? serveUnderDev() : serve(),
    );
}
