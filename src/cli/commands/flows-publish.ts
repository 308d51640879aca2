// flowpoint flows publish <flow> [--env <environment>]

import { Command } from "commander";
import { isLive } from "../../graph/deploy/plan-flow.ts";
import { type MetaFlow, publishFlow } from "../../graph/flows.ts";
import { changeStatus } from "../change-status.ts";
import { CommandFailed } from "../command-failed.ts";
import { addEnvironmentOption, changeDeployment, type EnvironmentOption } from "../deployment.ts";

type Options = EnvironmentOption & { readonly json?: true };

export function flowsPublishCommand(): Command {
  const command = new Command("publish")
    .description("publish what was deployed; users get it from then on")
    .argument("<flow>");
  return addEnvironmentOption(command)
    .option("--json", "print JSON")
    .action((flow: string, options: Options) =>
      changeDeployment(options.env, "flowpoint flows publish", (parts) =>
        changeStatus(
          parts,
          flow,
          {
            step: "publish",
            done: "published",
            isNeeded: (before) => isPublishable(flow, before),
            act: publishFlow,
          },
          options,
        ),
      ),
    );
}

function isPublishable(flow: string, { status, validationErrors }: MetaFlow): boolean {
  if (validationErrors.length > 0) {
    throw new CommandFailed(
      `${flow} has errors in its flow.json; see them with: flowpoint flows deploy ${flow}`,
    );
  }
  if (status === "DRAFT") return true;
  if (isLive(status)) return false;
  throw new CommandFailed(
    `${flow} is ${status} at Meta, for good; deploy it as a new flow with --new --name <name>`,
  );
}
