// flowpoint token mint | verify

import { Command, InvalidArgumentError } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { mintToken } from "../../app/mint-token.ts";
import { createFlowTokens } from "../../protocol/flow-token.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeResult } from "../output.ts";

type MintOptions = {
  readonly flow: string;
  readonly claims?: Readonly<Record<string, unknown>>;
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
      parseClaims,
    )
    .option("--ttl <seconds>", "how long it is good; default 3 days", parseSeconds)
    .option("--json", "print JSON")
    .action(async ({ flow, claims, ttl, json }: MintOptions) => {
      const settings = loadSettings();
      const minted = await mintToken(settings, await loadCredentials(settings), systemClock, {
        flow,
        ...(claims === undefined ? {} : { claims }),
        ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
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
      const { flowTokenSecrets } = await loadCredentials(loadSettings());
      const content = await createFlowTokens(flowTokenSecrets).verify(token);
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

function parseClaims(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      // An object from JSON has text keys only.
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Told below, with what is wanted rather than where the parser stopped.
  }
  throw new InvalidArgumentError("must be a JSON object.");
}

function parseSeconds(text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new InvalidArgumentError("must be a whole number of seconds.");
  return Number(text);
}
