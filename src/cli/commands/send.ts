// flowpoint send --to <user> --flow <flow>

import { Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../../app/clock.ts";
import { createSender } from "../../app/sending/create-sender.ts";
import { loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { createLogger } from "../../app/telemetry/logger.ts";
import { type RunOperation, withOperations } from "../../app/operations/run-operation.ts";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { sendFlow, type SendOptions, type SentFlow } from "../../graph/send.ts";
import { CommandFailed } from "../command-failed.ts";
import { addEnvironmentOption, type EnvironmentOption } from "../deployment.ts";
import { reasonOf } from "../explain-error.ts";
import { parseJsonObjectOption } from "../json-object-option.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";

type Options = EnvironmentOption &
  Omit<SendOptions, "draft" | "template" | "ttlSeconds"> & {
    readonly draft?: true;
    readonly template?: string;
    readonly language?: string;
    readonly claims?: JsonObject;
    readonly ttl?: number;
    readonly json?: true;
  };

/** Meta is asked once, and not for longer than this. */
const LIMIT_MS = 60_000;

export function sendCommand(): Command {
  const command = new Command("send")
    .description("send a flow to a user")
    .requiredOption("--to <user>", "phone number with its country, digits only, or a user id")
    .requiredOption("--flow <flow>", "name of its folder")
    .option("--data <json>", "an object for the first screen", parseJsonObjectOption)
    .option("--screen <screen>", "the first screen; default: the flow's own")
    .addOption(
      new Option(
        "--action <action>",
        "whether the flow opens on a screen, or on what the endpoint's init answers; default: as the other options need",
      ).choices(["navigate", "data_exchange"]),
    )
    .option("--draft", "the flow as it was deployed, published or not; for your own testers")
    .option("--template <name>", "an approved template, for who has not written within 24 hours")
    .option("--language <code>", "of the template, such as en_US")
    .option("--header <text>", "above the text of the message")
    .option("--text <text>", "of the message")
    .option("--footer <text>", "below it")
    .option("--button <text>", "what opens the flow, at most 30 characters")
    .option(
      "--claims <json>",
      "an object that the handler gets as call.claims",
      parseJsonObjectOption,
    )
    .option("--ttl <seconds>", "how long the token is good; default 3 days", parseSeconds);
  return addEnvironmentOption(command)
    .option("--json", "print JSON")
    .action(async (options: Options, self: Command) => {
      if ((options.template === undefined) !== (options.language === undefined)) {
        self.error("error: --template and --language go together");
      }
      const { messageId, expiresAt, forgotten } = await send(options);
      if (options.json === true) {
        writeJson({ messageId, flow: options.flow, expiresAt, recorded: forgotten === null });
      } else {
        writeResult(messageId);
      }
      if (forgotten !== null) {
        writeProgress(
          `it was sent, but not recorded: ${reasonOf(forgotten)}; an answer that comes without its token may not be matched`,
        );
      }
    });
}

async function send(options: Options): Promise<SentFlow> {
  const settings = loadSettings("sending");
  const credentials = await loadCredentials(settings);
  return withOperations(settings, createLogger("silent"), async (run) => {
    const parts = createSender(settings, credentials, systemClock, options.env, async (sent) => {
      await run("sent-record", sent);
    });
    await assertRecordable(run, options.flow);
    return sendFlow(parts, toSendOptions(options), AbortSignal.timeout(LIMIT_MS));
  });
}

/** Before anything is sent: afterwards it would be too late. */
async function assertRecordable(run: RunOperation, flow: string): Promise<void> {
  try {
    await run("sent-count", { flow });
  } catch (cause) {
    const isUnmigrated = cause instanceof Error && "code" in cause && cause.code === "42P01";
    if (!isUnmigrated) throw cause;
    throw new CommandFailed(
      "nothing was sent: the database has no tables yet; run flowpoint migrate, or start the server once",
      { cause },
    );
  }
}

function toSendOptions(options: Options): SendOptions {
  const { env: _env, json: _json, template, language, ttl, ...rest } = options;
  return {
    ...rest,
    ...(template === undefined || language === undefined
      ? {}
      : { template: { name: template, language } }),
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
  };
}

function parseSeconds(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a whole number of seconds, at most 9 digits.");
}
