// flowpoint token mint | verify

import { Command, InvalidArgumentError } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { mintToken } from "../../app/mint-token.ts";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { createFlowTokens } from "../../protocol/flow-token.ts";
import { CommandFailed } from "../command-failed.ts";
import { parseJsonObjectOption } from "../json-object-option.ts";
import { writeJson, writeResult } from "../output.ts";

type MintOptions = {
  readonly flow: string;
  readonly claims?: JsonObject;
  readonly ttl?: number;
  readonly json?: true;
};

export function tokenCommand(): Command {
  return new Command("token")
    .description("flow tokens")
    .addCommand(mintCommand())
    .addCommand(verifyCommand());
}

function mintCommand(): Command {
  return new Command("mint")
    .description("make a flow token to send with a flow message")
    .requiredOption("--flow <flow>", "the flow it is good for")
    .option(
      "--claims <json>",
      "an object that the handler gets as call.claims; the user can read it",
      parseJsonObjectOption,
    )
    .option("--ttl <seconds>", "how long it is good; default 3 days", parseSeconds)
    .option("--json", "print JSON")
    .action(async ({ flow, claims, ttl, json }: MintOptions) => {
      const settings = loadSettings("tokens");
      const minted = await mintToken(settings, await loadCredentials(settings), systemClock, {
        flow,
        ...(claims === undefined ? {} : { claims }),
        ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
      }).catch((cause: unknown) => {
        // The claims come from whoever runs the command: what a token cannot hold is no defect here.
        throw cause instanceof RangeError ? new CommandFailed(cause.message, { cause }) : cause;
      });
      return json === true ? writeJson(minted) : writeResult(minted.token);
    });
}

function verifyCommand(): Command {
  return new Command("verify")
    .description("tell what a flow token holds, and whether it is good")
    .argument("<token>")
    .option("--json", "print JSON")
    .action(async (token: string, options: { readonly json?: true }) => {
      const { flowTokenSecrets } = await loadCredentials(loadSettings("tokens"));
      const content = createFlowTokens(flowTokenSecrets).verify(token);
      if (content === null)
        throw new CommandFailed("not a token minted with this FLOW_TOKEN_SECRET");
      const expiresAt = new Date(content.expiresAtSeconds * 1000);
      const isExpired = expiresAt <= systemClock.now();
      const { flow, contractHash, claims } = content;
      if (options.json === true) {
        writeJson({
          flow,
          contractHash,
          claims,
          expiresAt: expiresAt.toISOString(),
          expired: isExpired,
        });
      } else {
        writeResult(`${flow}, ${isExpired ? "expired" : "good until"} ${expiresAt.toISOString()}`);
      }
      if (isExpired) throw new CommandFailed();
    });
}

function parseSeconds(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new InvalidArgumentError("must be a whole number of seconds, at most 9 digits.");
  }
  return Number(text);
}
