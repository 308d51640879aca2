// flowpoint trigger completion <flow>

import { randomBytes } from "node:crypto";
import { Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { type Credentials, loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { mintToken } from "../../app/mint-token.ts";
import type { Settings } from "../../app/settings.ts";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { encodeCompletions, type TriggeredCompletion } from "../../player/notifications.ts";
import { CommandFailed } from "../command-failed.ts";
import { parseCount } from "../completion-options.ts";
import { parseJsonObjectOption } from "../json-object-option.ts";
import { createNotificationSender } from "../notification-sender.ts";
import { writeJson, writeResult } from "../output.ts";

type Options = {
  readonly url?: string;
  readonly token?: string | false;
  readonly answers?: string;
  readonly response: JsonObject;
  readonly user: string;
  readonly duplicates: number;
  readonly batch: number;
  readonly outOfOrder?: true;
  readonly json?: true;
};

export function triggerCompletionCommand(): Command {
  return new Command("completion")
    .description("a user finished a flow")
    .argument("<flow>")
    .option("--url <url>", "the server's base URL; default: where serve listens")
    .option("--token <token>", "flow token of the message; default: a new one each")
    .option("--no-token", "leave the token out, as some phones do")
    .option("--answers <message id>", "the message that is answered, as send prints it")
    .option(
      "--response <json>",
      "what the flow sent; the token is added",
      parseJsonObjectOption,
      {},
    )
    .option("--user <user>", "phone number, digits only, or business-scoped id", "15550000001")
    .option("--duplicates <n>", "send the same so many times more, as Meta may", parseCount, 0)
    .option("--batch <n>", "so many completions in one webhook", parseCount, 1)
    .option("--out-of-order", "the newest completion first, as Meta may")
    .option("--json", "print JSON")
    .action(trigger);
}

async function trigger(flow: string, options: Options): Promise<void> {
  const settings = loadSettings("server");
  const credentials = await loadCredentials(settings);
  const post = await createNotificationSender(settings, credentials, options.url);
  const completions = await createCompletions(settings, credentials, flow, options);
  const body = encodeCompletions(
    options.outOfOrder === true ? completions.toReversed() : completions,
  );
  const statuses: number[] = [];
  for (let sent = 0; sent <= options.duplicates; sent++) {
    statuses.push(await post(body));
  }
  const messageIds = completions.map(({ messageId }) => messageId);
  if (options.json === true) writeJson({ messageIds, statuses });
  else writeResult(messageIds.join("\n"));
  const refused = statuses.find((status) => status !== 200);
  if (refused !== undefined) throw new CommandFailed(`the server answered ${refused}`);
}

/** In the order in which they were sent, a second apart. */
async function createCompletions(
  settings: Settings,
  credentials: Credentials,
  flow: string,
  { token, answers, response, user, batch }: Options,
): Promise<readonly TriggeredCompletion[]> {
  const nowSeconds = Math.floor(systemClock.now().getTime() / 1000);
  const completions: TriggeredCompletion[] = [];
  for (let i = 0; i < batch; i++) {
    const flowToken =
      typeof token === "string"
        ? token
        : (await mintToken(settings, credentials, systemClock, { flow })).token;
    completions.push({
      messageId: randomMessageId(),
      contextMessageId: answers ?? randomMessageId(),
      user,
      sentAtSeconds: nowSeconds - batch + 1 + i,
      responseJson: JSON.stringify(
        token === false ? response : { ...response, flow_token: flowToken },
      ),
    });
  }
  return completions;
}

function randomMessageId(): string {
  return `wamid.${randomBytes(36).toString("base64")}`;
}
