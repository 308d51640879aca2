// flowpoint trigger alert <event>

import { Argument, Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { encodeFlowEvent } from "../../player/notifications.ts";
import { FLOW_EVENT_NAMES, type FlowEventName } from "../../protocol/flow-event.ts";
import { CommandFailed } from "../command-failed.ts";
import { parseCount } from "../completion-options.ts";
import { createNotificationSender } from "../notification-sender.ts";
import { writeJson, writeResult } from "../output.ts";

type Options = {
  readonly url?: string;
  readonly flowId: string;
  readonly over?: true;
  readonly duplicates: number;
  readonly json?: true;
};

export function triggerAlertCommand(): Command {
  return new Command("alert")
    .description("Meta's monitoring has something to say about a flow")
    .addArgument(new Argument("<event>").choices(FLOW_EVENT_NAMES))
    .option("--url <url>", "the server's base URL; default: where serve listens")
    .option("--flow-id <id>", "Meta's id of the flow", "100000000000003")
    .option("--over", "what was wrong is right again")
    .option("--duplicates <n>", "send the same so many times more, as Meta may", parseCount, 0)
    .option("--json", "print JSON")
    .action(async (event: FlowEventName, options: Options) => {
      const settings = loadSettings("server");
      const post = await createNotificationSender(
        settings,
        await loadCredentials(settings),
        options.url,
      );
      const nowSeconds = Math.floor(systemClock.now().getTime() / 1000);
      const body = encodeFlowEvent(event, options.flowId, options.over === true, nowSeconds);
      const statuses: number[] = [];
      for (let sent = 0; sent <= options.duplicates; sent++) {
        statuses.push(await post(body));
      }
      if (options.json === true) writeJson({ event, statuses });
      else writeResult(`${event}: ${statuses.join(" ")}`);
      const refused = statuses.find((status) => status !== 200);
      if (refused !== undefined) throw new CommandFailed(`the server answered ${refused}`);
    });
}
